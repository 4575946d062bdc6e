"""An arrow of the ladder as text: dashes, a label near the sender, a head at each receiver."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from lab.story.terminal.columns import Columns
from lab.story.terminal.joints import LOOK, joined, places, room_for
from lab.story.text import ELLIPSIS, Span, cells, pad
from lab.story.timeline.arrow_span import LOST_AT, ArrowSpan, lost_beside
from lab.story.timeline.moment import Arrow
from lab.wire.describe import LONGEST_QUOTE

MARGIN = 5
"""Cells that an arrow needs besides its label."""

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
    marks = places(arrow, span, columns)
    room = 0 if _is_aside(arrow, span, columns) else _room(arrow, marks, length)
    heads = [_head(arrow, columns, stop, span) for stop in span.stops]
    head = "✗" if arrow.transit.lost else heads[0]
    first = _draw_first(arrow, widths[0], length, room, head, rightwards=span.is_rightwards)
    farther = [
        "─" * (width - 1) + head if span.is_rightwards else head + "─" * (width - 1)
        for width, head in zip(widths[1:], heads[1:], strict=True)
    ]
    pieces = [*first, Span("".join(farther), "dim")]
    if not span.is_rightwards:
        pieces = [Span("".join(reversed(farther)), "dim"), *first]
    yield from joined(pieces, marks, rightwards=span.is_rightwards) if marks else pieces


def below(arrow: Arrow, span: ArrowSpan, columns: Columns) -> list[Span]:
    """Return the line below an arrow: what a router put there of its own and had no room on it."""
    marks = places(arrow, span, columns)
    whole = columns.between(span.low, span.high)
    hidden = _room(arrow, marks, whole)
    for number, (at, chips) in enumerate(marks):
        lends = arrow.transit.joints[number].lent is not None
        if lends and chips and (at < hidden or not room_for(marks, number, whole, chips[:1])):
            start = at if span.is_rightwards else whole - 1 - at
            start = max(min(start - cells(chips[0]) // 2, whole - cells(chips[0])), 0)
            before = columns.time + 3 + sum(columns.host[: span.low + 1])
            before += sum(columns.wire[: span.low]) + 2 * span.low
            return [Span(" " * (before + start)), Span(chips[0], LOOK)]
    return []


def _room(arrow: Arrow, marks: Sequence[tuple[int, tuple[str, ...]]], length: int) -> int:
    """Return how much of an arrow's beginning its label may take.

    It stays before the first router, unless it would have to be cut there. Only a quotation is cut
    so that what the router changed has room behind it.
    """
    before = min([length, *(at for at, _ in marks)])
    fitted = arrow.label.fit(max(before - MARGIN, 1))
    is_whole = fitted == arrow.label.fit(LONGEST_QUOTE)
    is_readable = any(chips for _, chips in marks) and not fitted.endswith(ELLIPSIS)
    return before if is_whole or is_readable else length


def _head(arrow: Arrow, columns: Columns, stop: int, span: ArrowSpan) -> str:
    """Return an arrow's head at a host: hollow where the host did not want the packet."""
    wanted = columns.hosts[stop] not in arrow.transit.unwanted
    return ("◁◀", "▷▶")[span.is_rightwards][wanted]


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


def _draw_first(
    arrow: Arrow, width: int, length: int, room: int, head: str, *, rightwards: bool
) -> list[Span]:
    """Return ``length`` cells of an arrow, and blanks up to ``width``: label near the sender, end.

    The label takes at most ``room`` cells. A packet that was lost ends in a cross on its span.
    """
    label = arrow.label.fit(max(room - MARGIN, 1)) if room > MARGIN else ""
    beyond = arrow.label.fit(max(width - length - 2, 1))
    if arrow.transit.lost and label.endswith(ELLIPSIS) and not beyond.endswith(ELLIPSIS):
        return _lost_before(beyond, arrow, width, length, rightwards=rightwards)
    lead = min(LEAD, max(1, room - cells(label) - 4))
    tail = length - lead - cells(label) - 3
    style = arrow.label.style
    line = "red" if arrow.transit.lost else "dim"
    fill = " " * (width - length)
    if tail < 0 or not label:
        bare = Span("─" * (length - 1) + head if rightwards else head + "─" * (length - 1), line)
        return [bare, Span(fill)] if rightwards else [Span(fill), bare]
    near, far = "─" * lead + " ", " " + "─" * tail + head
    if rightwards:
        return [Span(near, line), Span(label, style), Span(far, line), Span(fill)]
    return [Span(fill), Span(far[::-1], line), Span(label, style), Span(near[::-1], line)]


def _lost_before(
    label: str, arrow: Arrow, width: int, length: int, *, rightwards: bool
) -> list[Span]:
    """Return an arrow that is too short for its label, and the label behind the cross."""
    line = Span("─" * (length - 1) + "✗" if rightwards else "✗" + "─" * (length - 1), "red")
    fill = Span(" " * (width - length - cells(label) - 1))
    said = Span(label, arrow.label.style)
    return [line, Span(" "), said, fill] if rightwards else [fill, said, Span(" "), line]


def beside(arrow: Arrow, span: ArrowSpan, columns: Columns) -> tuple[list[Span], int] | None:
    """Return the label of an arrow that is too short for it, and the next column behind it.

    That is an arrow to the left from a router: over the wires on its right there is room.
    """
    if not _is_aside(arrow, span, columns):
        return None
    last = next(each for each in range(span.start + 1, len(columns.hosts)) if _ends(each, columns))
    room = columns.between(span.start, last) + 2
    label = arrow.label.fit(room - 2)
    return [Span("┆ ", "dim"), Span(pad(label, room - 1), arrow.label.style)], last


def _is_aside(arrow: Arrow, span: ArrowSpan, columns: Columns) -> bool:
    room = columns.between(span.low, span.high) - MARGIN
    is_from_router = not span.is_rightwards and span.start in columns.passing
    return is_from_router and arrow.label.fit(max(room, 1)).endswith(ELLIPSIS)


def _ends(column: int, columns: Columns) -> bool:
    return column not in columns.passing
