"""What the page says in lists: verdicts and their places, programs and their lines, captures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lab.observation.observation import Observation
from lab.observation.transcript import Transcript
from lab.observation.verdict import Outcome, Verdict
from lab.story.page.artifacts import left
from lab.story.page.call_rows import call_rows
from lab.story.page.lesson import Lesson, anchor
from lab.story.text import harmless
from lab.story.timeline.dialogue import dialogue
from lab.story.timeline.marks import Site
from lab.story.timeline.note import ending
from lab.story.timeline.timeline import Timeline
from lab.wire.pcap import Capture

MOST_LINES = 500
"""Lines of one program that the page shows; a longer transcript loses its middle."""

MOST_DETAIL = 40


def verdict_rows(timeline: Timeline) -> list[tuple[Verdict, str, list[dict[str, str]]]]:
    """Return each expectation, the lines that say what was expected and seen, and where to look."""
    names = anchors(timeline.observation)
    return [
        (
            verdict,
            "\n".join(map(harmless, verdict.detail.strip("\n").splitlines()[:MOST_DETAIL])),
            [_place(site, names, timeline) for site in timeline.places(number)]
            if verdict.outcome is Outcome.FAILS
            else [],
        )
        for number, verdict in enumerate(timeline.run.verdicts)
    ]


def cause_rows(timeline: Timeline) -> list[tuple[str, str, list[dict[str, str]]]]:
    """Return why a run failed: a word for how certain it is, the sentence, and where to look."""
    return [
        (
            "Probably" if cause.inferred else "Why",
            harmless(cause.sentence),
            [_place(site, {}, timeline)] if site is not None else [],
        )
        for cause, site in timeline.causes
    ]


def _place(site: Site, names: Mapping[int, str], timeline: Timeline) -> dict[str, str]:
    """Return a place that an expectation points at: link, mark and words."""
    if site.transit is not None:
        link = f"packet-{site.transit.number}"
    else:
        link = names[id(site.line if site.line is not None else site.transcript)]
    return {"link": link, "mark": site.mark, "text": site.text(timeline.zero_ns)}


def anchors(observation: Observation) -> dict[int, str]:
    """Return the name under which each program's end and each printed line is found in a page."""
    found = {}
    for number, transcript in enumerate(observation.transcripts):
        found[id(transcript)] = f"program-{number}"
        for index, line in enumerate(transcript.lines):
            found[id(line)] = f"line-{number}-{index}"
    return found


def programs(timeline: Timeline, lesson: Lesson) -> list[dict[str, Any]]:
    """Return every program: how it was called, what it printed and got and when, how it ended."""
    names = anchors(timeline.observation)
    return [
        {
            **_program(transcript, timeline, names, lesson),
            "files": left(host.name, number, transcript),
        }
        for host in timeline.observation.hosts
        for number, transcript in enumerate(host.transcripts, start=1)
    ]


def _program(
    transcript: Transcript, timeline: Timeline, names: Mapping[int, str], lesson: Lesson
) -> dict[str, Any]:
    known = lesson.named(transcript.host, transcript.program)
    lines = [
        {
            "anchor": names[id(piece.line)] if piece.line else "",
            "source": f"{harmless(transcript.program)}:{piece.source}" if piece.source else "",
            "shown": f"{anchor(known)}-{piece.source}" if known else "",
            "time": ("≤ " if piece.line and piece.line.late else "")
            + timeline.ms(piece.time_ns, 1),
            "stream": piece.stream,
            "text": piece.text,
        }
        for piece in dialogue(transcript.lines, transcript)
    ]
    left_out = max(len(lines) - MOST_LINES, 0)
    well = "went on serving" if transcript.served else "ended well"
    return {
        "host": transcript.host,
        "name": harmless(transcript.program),
        "command": harmless(" ".join([transcript.program, *transcript.arguments])),
        "head": lines[: MOST_LINES // 2] if left_out else lines,
        "left_out": left_out,
        "tail": lines[-MOST_LINES // 2 :] if left_out else [],
        "calls": call_rows(transcript, timeline, lesson),
        "source": anchor(known) if known else "",
        "ended": transcript.failure or ending(transcript) or well,
        "badly": bool(transcript.failure or ending(transcript)),
    }


def files(observation: Observation) -> dict[str, Capture]:
    """Return the capture files that lie beside the page, or that were read, by name."""
    found: dict[str, Capture] = {}
    for host in observation.hosts:
        for name, capture in host.taps.items():
            file = capture.file or f"{name}.pcap"
            known = found[file].packets if file in found else ()
            packets = {id(each): each for each in (*known, *capture.packets)}
            found[file] = replace(capture, packets=tuple(packets.values()))
    return found
