"""All that one run showed: what the programs did, what crossed the wire, what the sockets were."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from lab.observation.transcript import Transcript
from lab.wire.address import Family, Link, Service
from lab.wire.conversation import Conversation, conversations
from lab.wire.packet import Packet
from lab.wire.pcap import Capture
from lab.wire.sockets.table import Sample


class NotObserved(AssertionError):
    """An expectation asked for something that the run did not show: the expectation fails."""


@dataclass(frozen=True)
class HostObservation:
    """What was seen at one host: its programs' transcripts, its captures, its sockets' samples.

    ``addresses`` maps each IP version to the host's address on its first network, where
    ``capture`` was made. ``links`` are all its ends on networks, and ``captures`` what was seen at
    each, by the network's name.
    """

    name: str
    addresses: Mapping[Family, str]
    transcripts: tuple[Transcript, ...] = ()
    capture: Capture | None = None
    samples: tuple[Sample, ...] = ()
    links: tuple[Link, ...] = ()
    captures: Mapping[str, Capture] = field(default_factory=dict)

    @property
    def further(self) -> dict[str, Capture]:
        """The captures at its other networks than the first, by the network's name."""
        first = self.links[0].network if self.links else None
        return {name: capture for name, capture in self.captures.items() if name != first}

    @property
    def stdout(self) -> list[str]:
        """The lines its programs printed on standard output, program after program."""
        return [line for transcript in self.transcripts for line in transcript.stdout]

    @property
    def stderr(self) -> list[str]:
        """The lines its programs printed on standard error, program after program."""
        return [line for transcript in self.transcripts for line in transcript.stderr]

    @property
    def exit_status(self) -> int | None:
        """The exit status of its last program; None if none ended by itself."""
        return self.transcripts[-1].exit_status if self.transcripts else None

    @property
    def error(self) -> str | None:
        """The last exception that a program of this host died of, as Python prints it."""
        return next((t.error for t in reversed(self.transcripts) if t.error), None)

    def __getitem__(self, program: str) -> Transcript:
        """Return the transcript of the program of that name (the last, if it ran repeatedly)."""
        for transcript in reversed(self.transcripts):
            if transcript.program == program:
                return transcript
        ran = ", ".join(transcript.program for transcript in self.transcripts) or "nothing"
        raise NotObserved(f"{program} did not run on {self.name}; {ran} did")


@dataclass(frozen=True)
class Observation:
    """One run of one scenario over one IP version.

    ``inconclusive`` holds the reasons why nothing can be said about the programs: a capture lost
    packets, a host died. Where there is a reason, no expectation counts as holding. Times are
    epoch nanoseconds, ``waiting`` is the seconds spent waiting on purpose. ``versions`` names what
    made the run: engine, kernel, images, lab.
    """

    scenario: str
    family: Family
    hosts: tuple[HostObservation, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    started_ns: int = 0
    ended_ns: int = 0
    waiting: float = 0.0
    inconclusive: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)

    def __getattr__(self, name: str) -> HostObservation:
        """Return the host of that name: ``observed.client``."""
        if name.startswith("_"):
            raise AttributeError(name)
        return self.host(name)

    def host(self, name: str) -> HostObservation:
        """Return what was seen at the host of that name."""
        for host in self.hosts:
            if host.name == name:
                return host
        took_part = ", ".join(host.name for host in self.hosts)
        raise AttributeError(f"no host {name!r} took part in {self.scenario}; {took_part} did")

    @property
    def duration(self) -> float:
        """How long the run took, in seconds, from the taps' start to the captures' end."""
        return (self.ended_ns - self.started_ns) / 1e9

    @property
    def transcripts(self) -> Iterator[Transcript]:
        """Every transcript of the run, host after host."""
        return (transcript for host in self.hosts for transcript in host.transcripts)

    @property
    def failures(self) -> list[str]:
        """What programs did that no program should, one sentence each."""
        return [
            f"{transcript.program} on {transcript.host}: {transcript.failure}"
            for transcript in self.transcripts
            if transcript.failure
        ]

    def packets(self, at: str, on: str | None = None) -> tuple[Packet, ...]:
        """Return the packets that crossed this host's network card, in order.

        Where a host is on several networks, ``on`` names one; without it, it is the first.
        """
        host = self.host(at)
        if on is None:
            return host.capture.packets if host.capture else ()
        if on not in host.captures:
            known = ", ".join(host.captures) or "no network at all"
            raise NotObserved(f"host {at} was not tapped on {on!r}, but on {known}")
        return host.captures[on].packets

    @cached_property
    def _conversations(self) -> dict[str, tuple[Conversation, ...]]:
        return {host.name: conversations(self.packets(host.name)) for host in self.hosts}

    def conversations(
        self, service: Service | None = None, *, at: str | None = None
    ) -> tuple[Conversation, ...]:
        """Return the conversations with ``service`` (all if None), ordered by first packet.

        Seen at host ``at``; without it, each conversation is taken where its client is, or where
        it was seen at all.
        """
        if at is not None:
            self.host(at)
            found = list(self._conversations[at])
        else:
            found = self._seen_anywhere()
        return tuple(
            conversation
            for conversation in found
            if service is None
            or (conversation.protocol, conversation.server.port) == (service.protocol, service.port)
        )

    def conversation(self, service: Service, *, at: str | None = None) -> Conversation:
        """Return the one conversation with ``service``; raise :class:`NotObserved` otherwise."""
        found = self.conversations(service, at=at)
        if len(found) == 1:
            return found[0]
        where = f" at {at}" if at else ""
        if found:
            ends = ", ".join(f"{c.client} → {c.server}" for c in found)
            raise NotObserved(
                f"{len(found)} conversations with {service} were seen{where}, not one: {ends}"
            )
        others = ", ".join(
            sorted({f"{c.protocol.upper()} {c.server.port}" for c in self.conversations(at=at)})
        )
        raise NotObserved(
            f"no conversation with {service} was seen{where}; seen: {others or 'none at all'}"
        )

    def _seen_anywhere(self) -> list[Conversation]:
        chosen: dict[tuple[object, ...], Conversation] = {}
        counts: dict[tuple[object, ...], int] = {}
        for host in self.hosts:
            own = set(host.addresses.values())
            counts.clear()
            for conversation in self._conversations[host.name]:
                ends = (
                    conversation.protocol,
                    frozenset((conversation.client, conversation.server)),
                )
                nth = counts.get(ends, 0)
                counts[ends] = nth + 1
                key = (*ends, nth)
                if key not in chosen or conversation.client.ip in own:
                    chosen[key] = conversation
        return sorted(chosen.values(), key=lambda conversation: conversation.started_ns)
