"""An arrow of the ladder: where it goes, past several hosts or to one, and how it is drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from lab.story.terminal.columns import Columns
from lab.story.text import Span, cells, cut, pad
from lab.story.timeline.moment import Arrow

LEAD = 4
"""Dashes between a packet's sender and its label."""

LOST_AT = 0.6
"""The part of its way on which a lost packet is drawn."""


@dataclass(frozen=True)
class ArrowSpan:
    """Where an arrow goes: from a column to others on one side of it, the nearest first."""

    start: int
    stops: tuple[int, ...]

    @property
    def is_rightwards(self) -> bool:
        """Whether it goes to the right."""
        return self.stops[-1] > self.start

    @property
    def low(self) -> int:
        """Its column farthest to the left."""
        return min(self.start, self.stops[-1])

    @property
    def high(self) -> int:
        """Its column farthest to the right."""
        return max(self.start, self.stops[-1])


def ends(arrow: Arrow, place: Mapping[str, int]) -> tuple[int, int]:
    """Return the columns that an arrow goes from and to: of several receivers, the farthest."""
    last = max(place.values())
    start = place.get(arrow.transit.sender, last)
    stop = place.get(arrow.transit.receiver)
    reached = _reached(arrow, place)
    if reached:
        stop = max(reached, key=lambda column: abs(column - start))
    if stop is None or stop == start:
        stop = last if start < last else 0
    return start, stop


def ways(arrow: Arrow, place: Mapping[str, int]) -> list[ArrowSpan]:
    """Return the ways of an arrow: one, or one to each side where its receivers are on both."""
    start, stop = ends(arrow, place)
    reached = _reached(arrow, place) or [stop]
    sides = ([column for column in reached if column > start], [c for c in reached if c < start])
    return [
        ArrowSpan(start, tuple(sorted(side, key=lambda c: abs(c - start))))
        for side in sides
        if side
    ]


def lost_beside(arrow: Arrow, place: Mapping[str, int]) -> tuple[int, bool] | None:
    """Return the column of the host that saw a lost packet last, and whether it went on from it.

    None where that is not known, or is not between the arrow's ends.
    """
    last = arrow.transit.last
    start, stop = ends(arrow, place)
    column = None if last is None else place.get(last.host)
    if last is None or column is None:
        return None
    is_between = min(start, stop) < column < max(start, stop)
    return (column, last.leaving) if is_between or (column == start and last.leaving) else None


def _reached(arrow: Arrow, place: Mapping[str, int]) -> list[int]:
    return [place[host] for host in arrow.transit.reached if host in place]


def draw(arrow: Arrow, way: ArrowSpan, columns: Columns) -> Iterator[Span]:
    """Yield an arrow's pieces: one with its label, then one for each host farther on."""
    stops = (way.start, *way.stops)
    # A piece that goes on begins where the one before ended: over that host's column.
    widths = [
        columns.between(*sorted(pair)) + (columns.host[pair[0]] + 2 if pair[0] != way.start else 0)
        for pair in pairwise(stops)
    ]
    length = _lost_after(arrow, way, columns, widths[0]) if arrow.transit.lost else widths[0]
    first = _draw_first(arrow, widths[0], length, rightwards=way.is_rightwards)
    farther = [
        "─" * (width - 1) + "▶" if way.is_rightwards else "◀" + "─" * (width - 1)
        for width in widths[1:]
    ]
    if way.is_rightwards:
        yield from first
        yield Span("".join(farther), "dim")
    else:
        yield Span("".join(reversed(farther)), "dim")
        yield from first


def _lost_after(arrow: Arrow, way: ArrowSpan, columns: Columns, width: int) -> int:
    """Return how far a lost packet is drawn: to or past who saw it last, else past the half."""
    seen = lost_beside(arrow, columns.place)
    if seen is None:
        label = cells(arrow.label.fit(max(width - 5, 1)))
        return min(width, max(int(width * LOST_AT), LEAD + label + 5))
    column, went_on = seen
    before = 0 if column == way.start else columns.between(*sorted((way.start, column)))
    if not went_on:
        return before
    over = 0 if column == way.start else columns.host[column] + 2
    wire = columns.wire[column if way.is_rightwards else column - 1]
    return before + over + int(wire * LOST_AT)


def _draw_first(arrow: Arrow, width: int, length: int, *, rightwards: bool) -> list[Span]:
    """Return ``length`` cells of an arrow, and blanks up to ``width``: label near the sender, end.

    A packet that was lost ends in a cross on its way.
    """
    label = arrow.label.fit(max(length - 5, 1)) if length > 5 else ""
    lead = min(LEAD, max(1, length - cells(label) - 4))
    head = "✗" if arrow.transit.lost else "▶" if rightwards else "◀"
    tail = length - lead - cells(label) - 3
    style = arrow.label.style
    line = "red" if arrow.transit.lost else "dim"
    fill = " " * (width - length)
    if tail < 0 or not label:
        return [Span(pad(cut("─" * (length - 1) + head, length), width), line)]
    if rightwards:
        return [
            Span("─" * lead + " ", line),
            Span(label, style),
            Span(" " + "─" * tail + head, line),
            Span(fill),
        ]
    return [
        Span(fill),
        Span(head + "─" * tail + " ", line),
        Span(label, style),
        Span(" " + "─" * lead, line),
    ]
