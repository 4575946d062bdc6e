"""The timeline of a run: its hosts, conversations and moments, before anything is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from lab.observation.match import identity
from lab.observation.observation import Observation
from lab.observation.route import Route, Routes
from lab.observation.run import Run
from lab.story.timeline.dialogue import typing
from lab.story.timeline.fate import EXPLAINED
from lab.story.timeline.heading import addresses, passes_on, talk_lines, titled
from lab.story.timeline.label import Label, label
from lab.story.timeline.lifelines import abreast, along, order
from lab.story.timeline.listeners import explained
from lab.story.timeline.marks import (
    Site,
    Sites,
    mark_lines,
    mark_packets,
    packet_site,
    program_site,
    sites,
)
from lab.story.timeline.moment import Arrow, Moment, moments
from lab.story.timeline.note import OWN_CALL, ending
from lab.story.timeline.selection import Labelled, choose, left_out, numbers
from lab.story.timeline.transit import transits

if TYPE_CHECKING:
    from lab.observation.causes import Cause

MOST_PLACES = 3
"""Remarkable places that are named where an expectation points at none."""

SHORT = 30
"""Moments of a run in which packets that only acknowledge data are drawn as well."""

ODD = 3
"""The weight of a packet that went wrong."""


@dataclass(frozen=True, eq=False)
class Timeline:
    """What happened in a run, in order, computed once for every form of its story.

    ``transits`` are all packets in order of time, with what is said of each; ``moments`` is what
    is drawn, not yet folded; ``talks`` names the conversations; ``missing`` says what is not drawn.
    Times count from ``zero_ns``, the first packet drawn (epoch nanoseconds).
    ``sites`` are the places that each verdict points at. ``sister`` is the timeline of the same
    scenario over the other IP version, where there is one. With ``everything`` no packet is left
    out or folded. ``abreast`` are the hosts as they stand in one ladder, from the left: in the
    order of the routes. ``acks`` are packets left out that only acknowledge data. ``routes`` are
    those of all packets, also of packets that neither end has seen.
    """

    run: Run
    observation: Observation
    transits: tuple[Labelled, ...]
    moments: tuple[Moment, ...]
    hosts: tuple[str, ...]
    talks: tuple[str, ...]
    missing: str
    zero_ns: int
    sites: Sites = ()
    sister: Timeline | None = None
    everything: bool = False
    abreast: tuple[str, ...] = ()
    acks: tuple[Moment, ...] = ()
    routes: Iterable[Route] = ()

    @classmethod
    def of(
        cls,
        run: Run,
        *,
        sister: Timeline | None = None,
        everything: bool = False,
        with_calls: bool = False,
        acks: bool = False,
    ) -> Timeline:
        """Return the timeline of a run, with what its verdicts point at marked.

        The programs' calls are told ``with_calls``. Packets that only acknowledge data are drawn
        in a short run, or with ``acks``.
        Raises ValueError for a run without an observation: nothing happened in it.
        """
        observation = run.observation
        if observation is None:
            raise ValueError(f"{run.name} has no observation to tell of")
        routes = Routes(observation)
        numbered_transits = (
            replace(each, number=number)
            for number, each in enumerate(transits(observation, routes))
        )
        labelled = [(transit, label(transit)) for transit in numbered_transits]
        places = sites(observation, run.verdicts, labelled)
        pointed = [site for each in places for site in each]
        drawn, rest = choose(mark_packets(labelled, pointed), observation, everything=everything)
        numbered = numbers(drawn)
        marked = [
            (transit, _numbered(each, numbered.get(transit.talk) if transit.talk else None))
            for transit, each in drawn
        ]
        story = moments(observation, marked, numbered, with_calls=with_calls)
        story = mark_lines(story, pointed)
        is_short = len(story) <= SHORT
        silent = [] if acks or everything or is_short else list(filter(_only_acknowledges, story))
        if silent:
            story = [moment for moment in story if not _only_acknowledges(moment)]
        first = next((transit for transit, _ in marked), None)
        hosts = tuple(order(marked, story))
        beside = abreast(hosts, story)
        is_routed = any(host.further for host in observation.hosts)
        return cls(
            run,
            observation,
            tuple(labelled),
            tuple(story),
            hosts,
            tuple(talk_lines(marked, numbered)),
            left_out(rest, len(silent)),
            first.time_ns if first else story[0].time_ns if story else 0,
            places,
            sister,
            everything,
            along(beside, routes) if is_routed else beside,
            tuple(silent),
            routes,
        )

    def with_acks(self) -> Timeline:
        """Return the same timeline with the acknowledgements drawn that it leaves out."""
        story = sorted((*self.moments, *self.acks), key=lambda moment: moment.time_ns)
        return replace(self, moments=tuple(story), acks=())

    @cached_property
    def arrows(self) -> tuple[Arrow, ...]:
        """The moments that are packets."""
        return tuple(moment for moment in self.moments if isinstance(moment, Arrow))

    @cached_property
    def routers(self) -> Mapping[str, tuple[str, ...]]:
        """The hosts that passed packets on, with the addresses that each has on the way."""
        passed = (joint for arrow in self.arrows for joint in arrow.transit.joints)
        first = {joint.host: joint for joint in reversed(list(passed))}
        return {name: addresses(self.observation, joint) for name, joint in first.items()}

    @cached_property
    def passing(self) -> frozenset[str]:
        """The routers of which nothing else is told: no program ran there, no socket was used."""
        told = {note.host for moment in self.moments for note in moment.notes}
        return frozenset(self.routers) - told

    def title(self, host: str) -> str:
        """Return a host's name and its address in the run's IP version; a router's addresses."""
        if self.routers.get(host):
            return f"{host} {' | '.join(self.routers[host])}".strip()
        return titled(self.observation, host)

    @property
    def legend(self) -> list[str]:
        """What a reader has to know of the marks in the picture, and what is not in it."""
        notes = [note for moment in self.moments for note in moment.notes]
        said = [passes_on(self.title(host)) for host in self.abreast if host in self.routers]
        said += explained(notes)
        if any(each.kind == "state" and each.text.startswith("(") for each in notes):
            said.append("(STATE): follows from the packets; no look at the socket table caught it")
        if any(each.line is not None and each.line.late for each in notes):
            said.append("≤: printed then or earlier; the program could not be traced")
        if any(each.kind == "own call" for each in notes):
            said.append(f"{OWN_CALL}: within the host (lo), so nothing of it crosses the wire")
        said += typing(self.observation.transcripts)
        if any(arrow.transit.lost for arrow in self.arrows):
            # Only where routers were tapped a packet can have been seen on its way.
            last = [each.transit.last for each in self.arrows if each.transit.last is not None]
            taps = dict.fromkeys(f"{each.host} (on {each.network})" for each in last)
            seen_last = f"; seen last at {', '.join(taps)}" if taps else ""
            said.append(f"✗ on the wire: sent, and never seen at the receiver{seen_last}")
            fates = {arrow.transit.fate for arrow in self.arrows}
            said += [words for fate, words in EXPLAINED.items() if fate in fates]
        if any(each.capture and each.capture.elsewhere for each in self.observation.hosts):
            said.append("captured beside the hosts: what was seen may still have been lost")
        if any(arrow.transit.unwanted for arrow in self.arrows):
            said.append("▷: the packet reached a host that is not in its group and dropped it")
        if self.missing:
            said.append(f"Not drawn: {self.missing}")
        return said

    def places(self, number: int) -> tuple[Site, ...]:
        """Return where to look for the verdict of this number that does not hold.

        Where its expectation points at nothing, that is whatever is remarkable in the run.
        """
        found = self.sites[number] if number < len(self.sites) else ()
        return found or tuple(islice(self._remarkable(), MOST_PLACES))

    @cached_property
    def causes(self) -> list[tuple[Cause, Site | None]]:
        """Why the run failed, as far as it shows that, each with the packet that shows it."""
        from lab.observation.causes import causes  # noqa: PLC0415 - most runs hold

        shown = {identity(each[0].packet): each for each in reversed(self.transits)}
        return [
            (cause, packet_site(shown[identity(cause.packet)]))
            if cause.packet is not None and identity(cause.packet) in shown
            else (cause, None)
            for cause in causes(self.run)
        ]

    def _remarkable(self) -> Iterator[Site]:
        """Yield the packets that went wrong, and the programs that ended badly."""
        for transcript in self.observation.transcripts:
            if ending(transcript) or transcript.error:
                yield program_site(transcript)
        for arrow in self.arrows:
            if arrow.label.weight == ODD:
                yield packet_site((arrow.transit, arrow.label))

    def ms(self, time_ns: int, decimals: int | None = None) -> str:
        """Return a time as milliseconds after the first packet, as exact as the story's times."""
        exact = self.decimals if decimals is None else decimals
        return f"{(time_ns - self.zero_ns) / 1e6:.{exact}f}"

    @cached_property
    def decimals(self) -> int:
        """How exact times are shown: to 0.01 ms in a story of less than 0.1 s."""
        if not self.moments:
            return 1
        span = self.moments[-1].time_ns - self.moments[0].time_ns
        return 2 if span < 100_000_000 else 1


def _only_acknowledges(moment: Moment) -> bool:
    return isinstance(moment, Arrow) and moment.silent


def _numbered(each: Label, number: int | None) -> Label:
    return replace(each, words=f"#{number} {each.words}".strip()) if number else each
