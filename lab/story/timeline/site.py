"""The places of a story that failed expectations point at: which moment, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lab.observation.evidence import Pointer
from lab.observation.observation import Observation
from lab.observation.transcript import Line, Transcript
from lab.observation.verdict import Outcome, Verdict
from lab.story.text import harmless
from lab.story.timeline.endpoints import identity
from lab.story.timeline.note import ending
from lab.story.timeline.selection import Told
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


def sites(observation: Observation, verdicts: Sequence[Verdict], told: Sequence[Told]) -> Sites:
    """Return the places that each verdict points at; none for those that hold."""
    number = 0
    found = []
    for verdict in verdicts:
        here: list[Site] = []
        if verdict.outcome is Outcome.FAILS:
            for pointer in verdict.pointers:
                here += _site(observation, pointer, number + 1, told)
        number += bool(here)
        found.append(tuple(here))
    return tuple(found)


def _site(
    observation: Observation, pointer: Pointer, number: int, told: Sequence[Told]
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
        same = [
            each
            for each in told
            if each[0].packet is packet or identity(each[0].packet) == identity(packet)
        ]
        if same:
            nearest = min(same, key=lambda each: abs(each[0].time_ns - packet.time_ns))
            yield packet_site(nearest, number, due)
    elif pointer.program is not None and pointer.program < len(host.transcripts):
        transcript = host.transcripts[pointer.program]
        yield program_site(transcript, pointer.line, number, due)


def program_site(
    transcript: Transcript, index: int | None = None, number: int = 0, due: str = ""
) -> Site:
    """Return the place of a line that a program printed, or of its end."""
    name = harmless(f"{transcript.program} on {transcript.host}")
    if index is not None and index < len(transcript.lines):
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


def packet_site(told: Told, number: int = 0, due: str = "") -> Site:
    """Return the place of a packet."""
    transit, label = told
    what = f"{transit.sender} → {transit.receiver or 'all'} {label.fit(70)}"
    return Site(number, transit.time_ns, what, due, transit=transit)
