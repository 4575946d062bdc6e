"""Where a ladder's life lines stand, and where beside them there is room for words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lab.story.timeline.arrow_span import LOST_AT

CELL = 7.25
"""Width of a character of the ladder's text, in pixels: 12 px, monospaced."""

LINE = 16
"""Height of a line of text, in pixels."""

WIDE, NARROW = 840, 348
"""Widths of the picture in pixels: for a laptop or a slide, and for a phone."""

TIME, TIME_NARROW = 58, 46
STEP_NARROW = 170
LAST = 150
"""Width of the words of the last of several hosts on a phone."""

COLUMN = 186
"""Width of the words that stand outside the life lines of a pair of hosts."""


@dataclass(frozen=True)
class Lifeline:
    """A host's life line at ``x``, and its words: they begin at ``words`` and have ``room`` cells.

    ``wire`` is the number of the wire, from the left, over which the words stand; None where they
    stand beside all wires. ``ends`` is True for words that end at ``words`` instead; ``outward``
    is 1 where there is room for bands on the right of the life line, -1 on its left.
    """

    x: int
    words: int
    room: int
    wire: int | None
    ends: bool = False
    outward: int = -1


@dataclass(frozen=True)
class Frame:
    """The layout of a ladder of ``width`` pixels: a place for each host, from the left."""

    width: int
    time: int
    lifelines: tuple[Lifeline, ...]

    @property
    def sight(self) -> tuple[int, int]:
        """The middle of what is in sight without scrolling sideways, and how many cells it has."""
        seen = min(self.width, NARROW) if self.time == TIME_NARROW else self.width
        return (seen + self.time) // 2, int((seen - self.time) / CELL) - 4


def frame(hosts: Sequence[str], width: int) -> Frame:
    """Return the layout for these hosts, in ``width`` pixels at the least.

    In a narrow one words stand over the wire, on rows of their own.
    """
    number, narrow = len(hosts), width <= NARROW
    time = TIME_NARROW if narrow else TIME
    left = time + (14 if narrow else 20)
    room = _cells(width - left - (50 if narrow else 20))
    if number <= 1:
        return Frame(width, time, (Lifeline(left, left + 14, room, None),))
    if number == 2 and narrow:
        right = width - 20
        last = Lifeline(right, right - 14, room, 0, ends=True, outward=1)
        return Frame(width, time, (Lifeline(left, left + 14, room, 0), last))
    if number == 2:
        right, room = width - COLUMN - 28, _cells(COLUMN)
        last = Lifeline(right, right + 26, room, None, outward=1)
        return Frame(width, time, (Lifeline(left + COLUMN, time + 10, room, None), last))
    last_room = LAST if narrow else COLUMN
    step = STEP_NARROW if narrow else max((width - left - COLUMN) // (number - 1), 200)
    lifelines = tuple(_inside(index, number, left, step, last_room) for index in range(number))
    return Frame(left + step * (number - 1) + last_room, time, lifelines)


def _inside(index: int, number: int, left: int, step: int, last_room: int) -> Lifeline:
    x = left + index * step
    last = index == number - 1
    return Lifeline(x, x + 14, _cells((last_room if last else step) - 20), None if last else index)


def _cells(pixels: float) -> int:
    return max(8, int(pixels / CELL))


def lost_at(frame: Frame, between: tuple[int, int], seen: tuple[int, bool] | None) -> int:
    """Return where the cross of a lost packet is, on its way between two lifelines.

    That is at the place where it was ``seen`` last; past it, where it went on from there; past the
    half of the way where nobody knows.
    """
    start, stop = between
    if seen is not None:
        start, went_on = seen
        stop = start + (1 if between[1] > between[0] else -1) if went_on else start
    x1, x2 = frame.lifelines[start].x, frame.lifelines[stop].x
    return round(x1 + (x2 - x1) * LOST_AT)
