"""An arrow of the ladder as text: dashes, a label near the sender, a head at each receiver."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from lab.story.terminal.columns import Columns
from lab.story.text import Span, cells, cut, pad
from lab.story.timeline.arrow_span import LOST_AT, ArrowSpan, lost_beside
from lab.story.timeline.moment import Arrow

LEAD = 4
"""Dashes between a packet's sender and its label."""


def draw(arrow: Arrow, span: ArrowSpan, columns: Columns) -> Iterator[Span]:
    """Yield an arrow's pieces: one with its label, then one for each host farther on."""
    stops = (span.start, *span.stops)
    # A piece that goes on begins where the one before ended: over that host's column.
    widths = [
        columns.between(*sorted(pair)) + (columns.host[pair[0]] + 2 if pair[0] != span.start else 0)
        for pair in pairwise(stops)
    ]
    length = _lost_after(arrow, span, columns, widths[0]) if arrow.transit.lost else widths[0]
    first = _draw_first(arrow, widths[0], length, rightwards=span.is_rightwards)
    farther = [
        "─" * (width - 1) + "▶" if span.is_rightwards else "◀" + "─" * (width - 1)
        for width in widths[1:]
    ]
    if span.is_rightwards:
        yield from first
        yield Span("".join(farther), "dim")
    else:
        yield Span("".join(reversed(farther)), "dim")
        yield from first


def _lost_after(arrow: Arrow, span: ArrowSpan, columns: Columns, width: int) -> int:
    """Return how far a lost packet is drawn: to or past who saw it last, else past the half."""
    seen = lost_beside(arrow, columns.place)
    if seen is None:
        label = cells(arrow.label.fit(max(width - 5, 1)))
        return min(width, max(int(width * LOST_AT), LEAD + label + 5))
    column, went_on = seen
    before = 0 if column == span.start else columns.between(*sorted((span.start, column)))
    if not went_on:
        return before
    over = 0 if column == span.start else columns.host[column] + 2
    wire = columns.wire[column if span.is_rightwards else column - 1]
    return before + over + int(wire * LOST_AT)


def _draw_first(arrow: Arrow, width: int, length: int, *, rightwards: bool) -> list[Span]:
    """Return ``length`` cells of an arrow, and blanks up to ``width``: label near the sender, end.

    A packet that was lost ends in a cross on its span.
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
    near, far = "─" * lead + " ", " " + "─" * tail + head
    if rightwards:
        return [Span(near, line), Span(label, style), Span(far, line), Span(fill)]
    return [Span(fill), Span(far[::-1], line), Span(label, style), Span(near[::-1], line)]
