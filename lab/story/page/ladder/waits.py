"""The thin bars beside the life lines: from when to when a program waited in a call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from heapq import heapify, heappop, heappush
from itertools import islice

from lab.observation.calls.call import Call
from lab.observation.talk import Talk
from lab.story.page.ladder.drawing import StateBand
from lab.story.page.ladder.frame import Frame
from lab.story.timeline.calls import duration, made, returned, shown, waits
from lab.story.timeline.timeline import Timeline

WAITS = "WAITS"

MOST_BARS = 300
"""Bars of one ladder; the longest waits have them."""


Wait = tuple[int, int, int, str, int]
"""When a wait began and ended (epoch nanoseconds), the host's column, what is said of it, and the
number of its conversation, -1 where that is not known."""


def waits_of(
    timeline: Timeline, columns: Mapping[str, int], rows: Mapping[Talk, int]
) -> list[Wait]:
    """Return the waits of all programs, the longest first; ``rows`` number the conversations."""
    found = [
        (
            call.began_ns,
            call.ended_ns,
            columns[transcript.host],
            _said(call),
            _talk_of(call, rows),
        )
        for transcript in timeline.observation.transcripts
        if transcript.host in columns
        for call in shown(transcript)
        if call.ended_ns is not None and waits(call)
    ]
    return sorted(found, key=lambda wait: wait[0] - wait[1])


class Waits:
    """The bars of a ladder, or of a piece of one; ticks are reached from the top downwards."""

    def __init__(self, longest: Iterable[Wait], frame: Frame) -> None:
        self._frame = frame
        self._bars: list[StateBand] = []
        self._folded = -1
        drawn = islice(longest, MOST_BARS)
        self._due = [(wait[0], number, wait) for number, wait in enumerate(drawn)]
        heapify(self._due)
        self._open: list[tuple[int, int, int, Wait]] = []
        self._tick = 0

    def reach(self, time_ns: int, tick: int) -> None:
        """Begin and end bars: each stands from the last moment before it to that of its end."""
        while self._due and self._due[0][0] <= time_ns:
            _, number, wait = heappop(self._due)
            start = tick if wait[0] == time_ns else self._tick
            heappush(self._open, (wait[1], number, start, wait))
        while self._open and self._open[0][0] <= time_ns:
            _, _, start, wait = heappop(self._open)
            if start == self._tick == self._folded:
                continue  # it began and ended within the fold, whose piece has it
            self._bar(start, tick if self._tick == start else self._tick, wait)
        self._tick = tick

    def fold(self, time_ns: int, tick: int) -> None:
        """Reach a fold, whose first moment has this time."""
        self.reach(time_ns, tick)
        self._folded = tick

    def bars(self, last: int) -> tuple[StateBand, ...]:
        """Return all bars; one that has not ended goes to the last tick."""
        for _, _, start, wait in self._open:
            self._bar(start, last, wait)
        self._open.clear()
        return tuple(self._bars)

    def _bar(self, start: int, stop: int, wait: Wait) -> None:
        if stop > start:
            _, _, host, said, talk = wait
            lifeline = self._frame.lifelines[host]
            lane = -lifeline.outward
            self._bars.append(StateBand(start, stop, lifeline.x, lane, WAITS, said, talk))


def _talk_of(call: Call, rows: Mapping[Talk, int]) -> int:
    if call.conversation is None:
        return -1
    ends = frozenset((call.conversation.client, call.conversation.server))
    return rows.get(Talk(call.conversation.protocol, ends, 1), -1)


def _said(call: Call) -> str:
    return f"waits in {call.name} {duration(call)}: {made(call)} → {returned(call)}"
