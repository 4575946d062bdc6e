"""Which program a packet or a printed line comes from, and which line of it where that is known."""

from __future__ import annotations

from typing import Any

from lab.observation.transcript import Transcript
from lab.story.page.lesson import Lesson, anchor
from lab.story.page.packets import MOST_TAKEN_APART
from lab.story.page.sections import anchors
from lab.story.page.sent_by import Senders
from lab.story.timeline.timeline import Timeline
from lab.story.timeline.transit import Transit

Json = dict[str, Any]


def origins(timeline: Timeline, lesson: Lesson) -> Json:
    """Return where packets and printed lines come from, as values that :mod:`json` can write.

    ``packets`` are the program, the lines that can have sent it and the name of the call there, by
    the packet's number. ``lines`` are the program and the line (0 where it is not known), by the
    name under which a printed line stands in the page. A program is the name under which it stands
    in the page.
    """
    if not lesson.programs:
        return {"packets": {}, "lines": {}}
    senders = Senders(timeline.observation)
    packets = {}
    for transit, _ in timeline.transits[:MOST_TAKEN_APART]:
        place = _place(transit, timeline, lesson, senders)
        if place is not None:
            packets[str(transit.number)] = place
    names = anchors(timeline.observation)
    lines = {
        names[id(line)]: [anchor(name), line.source or 0]
        for transcript in timeline.observation.transcripts
        if (name := lesson.named(transcript.host, transcript.program))
        for line in transcript.lines
    }
    return {"packets": packets, "lines": lines}


def _place(
    transit: Transit, timeline: Timeline, lesson: Lesson, senders: Senders
) -> list[Any] | None:
    made = senders.call_of(transit)
    if made is None:
        name = _running(transit, timeline, lesson)
        return [anchor(name), [], ""] if name else None
    call, transcript = made
    if call.file and (module := lesson.named(transcript.host, call.file)):
        return [anchor(module), list(call.lines), call.method]
    name = lesson.named(transcript.host, transcript.program)
    if not name:
        return None
    return [anchor(name), [], ""] if call.file else [anchor(name), list(call.lines), call.method]


def _running(transit: Transit, timeline: Timeline, lesson: Lesson) -> str:
    """Return the one program that ran on the sender when a packet left, where it is the only."""
    sent_ns = transit.sent_ns or 0
    found = {
        lesson.named(each.host, each.program)
        for each in timeline.observation.transcripts
        if each.host == transit.sender and _ran(each, sent_ns)
    }
    return found.pop() if len(found) == 1 else ""


def _ran(transcript: Transcript, time_ns: int) -> bool:
    return transcript.started_ns <= time_ns <= (transcript.ended_ns or time_ns)
