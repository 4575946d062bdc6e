"""What the page says in lists: verdicts and their places, programs and their lines, captures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lab.observation.observation import Observation
from lab.observation.transcript import Transcript
from lab.observation.verdict import Outcome
from lab.story.page.artifacts import left
from lab.story.page.lesson import Lesson, anchor
from lab.story.text import harmless
from lab.story.timeline.marks import Site
from lab.story.timeline.note import ending
from lab.story.timeline.timeline import Timeline
from lab.wire.pcap import Capture

MOST_LINES = 500
"""Lines of one program that the page shows; a longer transcript loses its middle."""

MOST_DETAIL = 40


def verdict_rows(timeline: Timeline) -> list[dict[str, Any]]:
    """Return each expectation: a sentence, its outcome, what was expected and seen, and where."""
    places = _Places(timeline)
    return [
        {
            "outcome": verdict.outcome,
            "holds": verdict.outcome is Outcome.HOLDS,
            "sentence": harmless(verdict.sentence),
            "detail": "\n".join(
                harmless(line) for line in verdict.detail.strip("\n").splitlines()[:MOST_DETAIL]
            ),
            "places": places.of(number) if verdict.outcome is Outcome.FAILS else [],
        }
        for number, verdict in enumerate(timeline.run.verdicts)
    ]


class _Places:
    """Links to the places that expectations point at."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._anchors = anchors(timeline.observation)

    def of(self, number: int) -> list[dict[str, str]]:
        """Return the places for the verdict of this number: link, mark and words."""
        return [
            {"link": self._link(site), "mark": site.mark, "text": site.text(self._timeline.zero_ns)}
            for site in self._timeline.places(number)
        ]

    def _link(self, site: Site) -> str:
        if site.transit is not None:
            return f"packet-{site.transit.number}"
        return self._anchors[id(site.line if site.line is not None else site.transcript)]


def anchors(observation: Observation) -> dict[int, str]:
    """Return the name under which each program's end and each printed line is found in a page."""
    found = {}
    for number, transcript in enumerate(observation.transcripts):
        found[id(transcript)] = f"program-{number}"
        for index, line in enumerate(transcript.lines):
            found[id(line)] = f"line-{number}-{index}"
    return found


def programs(observation: Observation, zero_ns: int, lesson: Lesson) -> list[dict[str, Any]]:
    """Return every program: how it was called, what it printed and when, how it ended."""
    names = anchors(observation)
    return [
        {
            **_program(transcript, zero_ns, names, lesson),
            "files": left(host.name, number, transcript),
        }
        for host in observation.hosts
        for number, transcript in enumerate(host.transcripts, start=1)
    ]


def _program(
    transcript: Transcript, zero_ns: int, names: Mapping[int, str], lesson: Lesson
) -> dict[str, Any]:
    known = transcript.program in lesson.programs
    lines = [
        {
            "anchor": names[id(line)],
            "source": f"{harmless(transcript.program)}:{line.source}" if line.source else "",
            "shown": f"{anchor(transcript.program)}-{line.source}" if known else "",
            "time": f"{(line.time_ns - zero_ns) / 1e6:.1f}",
            "stream": line.stream,
            "text": harmless(line.text),
        }
        for line in transcript.lines
    ]
    left_out = max(len(lines) - MOST_LINES, 0)
    return {
        "host": transcript.host,
        "name": harmless(transcript.program),
        "command": harmless(" ".join([transcript.program, *transcript.arguments])),
        "head": lines[: MOST_LINES // 2] if left_out else lines,
        "left_out": left_out,
        "tail": lines[-MOST_LINES // 2 :] if left_out else [],
        "ended": ending(transcript) or ("went on serving" if transcript.served else "ended well"),
        "badly": bool(ending(transcript)),
    }


def captures(observation: Observation) -> list[dict[str, Any]]:
    """Return the capture files that lie beside the page."""
    return [
        {"file": file, "packets": len(capture.packets), "dropped": capture.dropped}
        for file, capture in files(observation)
    ]


def files(observation: Observation) -> Iterator[tuple[str, Capture]]:
    """Yield the name of each capture file of a run, and what is in it."""
    for host in observation.hosts:
        if host.capture is not None:
            yield f"{host.name}.pcap", host.capture
        for network, capture in host.further.items():
            yield f"{host.name}-{network}.pcap", capture
