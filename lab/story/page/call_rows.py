"""The calls of a program as a table of the page."""

from __future__ import annotations

from typing import Any

from lab.observation.calls.call import Call
from lab.observation.transcript import Transcript
from lab.story.page.lesson import Lesson, anchor
from lab.story.timeline.calls import duration, made, place, returned, shown, waits
from lab.story.timeline.timeline import Timeline

MOST_ROWS = 120
"""Calls of one program that the page lists: most of them the first, some the last."""

LAST_ROWS = 20


def call_rows(transcript: Transcript, timeline: Timeline, lesson: Lesson) -> dict[str, Any]:
    """Return a program's calls: when each was made, what it returned, how long it waited."""
    rows = [
        {
            "time": timeline.ms(call.began_ns, 1),
            "made": made(call),
            "place": place(call),
            "line": _line(call, transcript, lesson),
            "returned": returned(call),
            "waited": duration(call) if waits(call) and call.ended_ns is not None else "",
        }
        for call in shown(transcript)
    ]
    left_out = max(0, len(rows) - MOST_ROWS)
    head = rows[: MOST_ROWS - LAST_ROWS] if left_out else rows
    return {"head": head, "left_out": left_out, "tail": rows[-LAST_ROWS:] if left_out else []}


def _line(call: Call, transcript: Transcript, lesson: Lesson) -> str:
    """Return where in the page the one line stands that can have made a call; else nothing."""
    name = lesson.named(transcript.host, call.file or transcript.program)
    return f"{anchor(name)}-{call.lines[0]}" if name and len(call.lines) == 1 else ""
