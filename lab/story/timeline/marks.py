"""Where failed expectations point in a story: the sites, and the marks on what is told there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lab.observation.evidence import Pointer
from lab.observation.match import identity
from lab.observation.observation import Observation
from lab.observation.transcript import Line, Transcript
from lab.observation.verdict import Outcome, Verdict
from lab.story.text import harmless
from lab.story.timeline.label import Label
from lab.story.timeline.moment import MARKED, Arrow, Moment
from lab.story.timeline.note import FAILURE, Note, ending
from lab.story.timeline.selection import Labelled
from lab.story.timeline.transit import Transit

MARK = "✗"


@dataclass(frozen=True)
class Site:
    """Where a run left the path, for the expectation of this ``number`` among those that fail.

    It is a packet, or a line that a program printed, or (without either) how that program ended.
    ``what`` says what was seen there, ``due`` what should have been; both are harmless.
    """

    number: int
    time_ns: int
    what: str
    due: str = ""
    transit: Transit | None = None
    transcript: Transcript | None = None
    line: Line | None = None

    @property
    def mark(self) -> str:
        """What stands beside it, in the list of expectations and in the ladder."""
        return f"{MARK}{self.number}" if self.number else ""

    def text(self, zero_ns: int) -> str:
        """Return when it was, what was seen, and what should have been."""
        seen = f"{(self.time_ns - zero_ns) / 1e6:.2f} ms: {self.what}"
        return f"{seen}; should have been {self.due}" if self.due else seen


Sites = tuple[tuple[Site, ...], ...]
"""For each verdict, in their order, where its expectation points."""


def sites(
    observation: Observation, verdicts: Sequence[Verdict], labelled: Sequence[Labelled]
) -> Sites:
    """Return the places that each verdict points at; none for those that hold."""
    number = 0
    found = []
    alike: dict[bytes, list[Labelled]] = {}
    for verdict in verdicts:
        here: list[Site] = []
        if verdict.outcome is Outcome.FAILS:
            for pointer in verdict.pointers:
                if pointer.packet is not None and not alike:
                    for each in labelled:
                        alike.setdefault(identity(each[0].packet), []).append(each)
                here += _site(observation, pointer, number + 1, alike)
        number += bool(here)
        found.append(tuple(here))
    return tuple(found)


def _site(
    observation: Observation,
    pointer: Pointer,
    number: int,
    alike: Mapping[bytes, Sequence[Labelled]],
) -> Iterator[Site]:
    due = harmless(pointer.due)
    host = next((each for each in observation.hosts if each.name == pointer.host), None)
    if host is None:
        return
    if pointer.packet is not None:
        capture = host.captures.get(pointer.network) if pointer.network else host.capture
        packets = capture.packets if capture else ()
        if not 0 < pointer.packet <= len(packets):
            return
        packet = packets[pointer.packet - 1]
        same = alike.get(identity(packet), ())
        if same:
            nearest = min(same, key=lambda each: abs(each[0].time_ns - packet.time_ns))
            yield packet_site(nearest, number, due)
    elif pointer.program is not None and 0 <= pointer.program < len(host.transcripts):
        transcript = host.transcripts[pointer.program]
        yield program_site(transcript, pointer.line, number, due)


def program_site(
    transcript: Transcript, index: int | None = None, number: int = 0, due: str = ""
) -> Site:
    """Return the place of a line that a program printed, or of its end."""
    name = harmless(f"{transcript.program} on {transcript.host}")
    if index is not None and 0 <= index < len(transcript.lines):
        line = transcript.lines[index]
        what = f'{name} printed "{harmless(line.text)}"'
        return Site(number, line.time_ns, what, due, transcript=transcript, line=line)
    ended = transcript.error or ending(transcript)
    if ended:
        what = f"{name} ended: {harmless(ended)}"
    elif index is None:
        said = " went on serving" if transcript.served else " ended well" if due else ", as a whole"
        what = f"{name}{said}"
    else:
        what = f"{name} printed {'no more' if transcript.lines else 'nothing'}"
    return Site(number, transcript.ended_ns, what, due, transcript=transcript)


def packet_site(labelled: Labelled, number: int = 0, due: str = "") -> Site:
    """Return the place of a packet."""
    transit, label = labelled
    what = f"{transit.sender} → {transit.receiver or 'all'} {label.fit(70)}"
    return Site(number, transit.time_ns, what, due, transit=transit)


def mark_packets(labelled: Sequence[Labelled], sites: Iterable[Site]) -> list[Labelled]:
    """Return the packets, with its numbers on the label of each that is pointed at."""
    marks = _marks((site.transit, site) for site in sites)
    return [
        (transit, _marked(label, marks[id(transit)]) if id(transit) in marks else label)
        for transit, label in labelled
    ]


def _marks(places: Iterable[tuple[object, Site]]) -> dict[int, str]:
    """Return the marks of each thing that sites point at, by its identity."""
    marks: dict[int, dict[str, None]] = {}
    for place, site in places:
        if place is not None:
            marks.setdefault(id(place), {})[site.mark] = None
    return {key: " ".join(each) for key, each in marks.items()}


def _marked(label: Label, mark: str) -> Label:
    return replace(label, notes=(*label.notes, mark), weight=MARKED, style="bold red")


def mark_lines(moments: Sequence[Moment], sites: Iterable[Site]) -> list[Moment]:
    """Return the moments, with its numbers behind each line or program's end pointed at.

    Where nothing was printed that should have been, a moment says so.
    """
    here = list(sites)
    lines = _marks((site.line, site) for site in here)
    ended = [(site.transcript, site) for site in here if site.line is None]
    ends, last = _marks(ended), {id(transcript): site for transcript, site in ended}
    marked = [_marked_moment(each, lines, ends) for each in moments]
    marked += [_missing(last[key], mark) for key, mark in ends.items()]
    return sorted(marked, key=lambda moment: moment.time_ns)


def _marked_moment(moment: Moment, lines: dict[int, str], ends: dict[int, str]) -> Moment:
    if isinstance(moment, Arrow):
        return moment
    mark = lines.get(id(moment.line), "")
    if moment.kind == "end" and id(moment.transcript) in ends:
        mark = ends.pop(id(moment.transcript))
    if not mark:
        return moment
    return replace(moment, text=f"{moment.text}  {mark}", style="bold red", weight=MARKED)


def _missing(site: Site, mark: str) -> Moment:
    transcript = site.transcript
    if transcript is None:
        raise ValueError("no program's end is pointed at")
    said = site.what.rpartition(f" on {transcript.host} ")[2]
    return Note(
        transcript.ended_ns,
        transcript.host,
        f"{FAILURE}{said}  {mark}",
        "end",
        follow="  ",
        style="bold red",
        weight=MARKED,
        transcript=transcript,
    )
