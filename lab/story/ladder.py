"""The ladder itself: one time line, a column for each host, packets as arrows between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lab.story.beside import Beside
from lab.story.columns import Columns
from lab.story.fold import Fold
from lab.story.moment import Arrow, Moment
from lab.story.text import Span, cells, cut, pad, wrap

SAME_NS = 100_000
"""Moments no further apart than this (0.1 ms) may share a row."""

MOST_LINES = 4
"""Rows that one cell may take."""

LEAD = 4
"""Dashes between a packet's sender and its label."""


@dataclass
class _Row:
    time_ns: int
    arrow: Arrow | None = None
    beside: dict[int, Beside] = field(default_factory=dict)
    fold: str = ""
    covered: tuple[int, ...] = ()


def ladder(
    told: Sequence[Moment | Fold], columns: Columns, zero_ns: int, decimals: int
) -> Iterator[list[Span]]:
    """Yield the lines of the ladder; times are milliseconds after ``zero_ns``."""
    shown = None
    for row in _rows(told, columns):
        time = f"{(row.time_ns - zero_ns) / 1e6:.{decimals}f}"
        if row.fold:
            room = columns.width - columns.time - 2
            text = f"… {row.fold} …"
            for piece in wrap(text, room, 3):
                lead = max((room - cells(piece)) // 2, 0)
                yield [Span(" " * (columns.time + 2 + lead)), Span(piece, "dim")]
            shown = None
            continue
        clock = pad("" if time == shown and row.arrow is None else time, columns.time, right=True)
        shown = time
        yield from _lines(row, columns, clock)


def _rows(told: Sequence[Moment | Fold], columns: Columns) -> list[_Row]:
    place = columns.place
    rows: list[_Row] = []
    for moment in told:
        if isinstance(moment, Fold):
            rows.append(_Row(moment.time_ns, fold=moment.text))
            continue
        if isinstance(moment, Arrow):
            _place_arrow(rows, moment, columns)
        elif moment.host in place:
            _place_beside(rows, moment, columns)
    return rows


def _place_arrow(rows: list[_Row], arrow: Arrow, columns: Columns) -> None:
    place = columns.place
    between = ends(arrow, place)
    covered = tuple(range(min(between) + 1, max(between)))
    beside: dict[int, Beside] = {}
    later: list[Beside] = []
    for each in arrow.beside:
        index = place.get(each.host)
        if index is None:
            continue
        if index in beside:
            later.append(each)
        else:
            beside[index] = each
    last = rows[-1] if rows else None
    if (
        last is not None
        and not last.fold
        and last.arrow is None
        and arrow.time_ns - last.time_ns <= SAME_NS
        and not set(last.beside) & {*beside, *covered}
        and not any(columns.is_wide(index, each.text) for index, each in last.beside.items())
    ):
        last.arrow, last.covered, last.time_ns = arrow, covered, arrow.time_ns
        last.beside.update(beside)
    else:
        rows.append(_Row(arrow.time_ns, arrow, beside, covered=covered))
    for each in later:
        rows.append(_Row(each.time_ns, beside={place[each.host]: each}))


def _place_beside(rows: list[_Row], beside: Beside, columns: Columns) -> None:
    index = columns.place[beside.host]
    wide = columns.is_wide(index, beside.text)
    last = rows[-1] if rows else None
    if (
        last is not None
        and not last.fold
        and beside.time_ns - last.time_ns <= SAME_NS
        and index not in last.beside
        and index not in last.covered
        and not (wide and last.arrow)
    ):
        last.beside[index] = beside
    else:
        rows.append(_Row(beside.time_ns, beside={index: beside}))


def ends(arrow: Arrow, place: Mapping[str, int]) -> tuple[int, int]:
    """Return the columns that an arrow goes from and to: of several receivers, the farthest."""
    last = max(place.values())
    start = place.get(arrow.crossing.sender, last)
    stop = place.get(arrow.crossing.receiver)
    reached = [place[host] for host in arrow.crossing.reached if host in place]
    if reached:
        stop = max(reached, key=lambda column: abs(column - start))
    if stop is None or stop == start:
        stop = last if start < last else 0
    return start, stop


def _lines(row: _Row, columns: Columns, clock: str) -> Iterator[list[Span]]:
    rooms = [
        columns.room(index) if row.arrow is None else columns.host[index]
        for index in range(len(columns.hosts))
    ]
    texts = [
        wrap(row.beside[index].text, room, MOST_LINES, row.beside[index].follow)
        if index in row.beside
        else []
        for index, room in enumerate(rooms)
    ]
    depth = max([1, *map(len, texts)])
    for line in range(depth):
        cell = [
            Span(
                pad(texts[index][line] if line < len(texts[index]) else "", room),
                row.beside[index].style if index in row.beside else "",
            )
            for index, room in enumerate(rooms)
        ]
        lead = Span((clock if line == 0 else " " * columns.time) + "  ", "dim")
        if row.arrow is None:
            yield [lead, *(part for each in cell for part in (each, Span(" ")))]
        else:
            yield [lead, *_across(row.arrow if line == 0 else None, cell, columns)]


def _across(arrow: Arrow | None, cell: list[Span], columns: Columns) -> Iterator[Span]:
    """Yield the hosts' cells and the wires between them, with an arrow over some of both."""
    place = columns.place
    low = high = -1
    if arrow is not None and len(columns.hosts) > 1:
        start, stop = ends(arrow, place)
        low, high = min(start, stop), max(start, stop)
    index = 0
    while index < len(cell):
        yield cell[index]
        if index == low and arrow is not None:
            width = sum(columns.wire[low:high]) + sum(columns.host[low + 1 : high])
            width += 2 * (high - low - 1)
            yield Span(" ")
            yield from draw(arrow, width, rightwards=start < stop)
            yield Span(" ")
            index = high
            continue
        if index < len(columns.wire):
            yield Span(" " * (columns.wire[index] + 2))
        index += 1


def draw(arrow: Arrow, width: int, *, rightwards: bool) -> list[Span]:
    """Return an arrow of exactly ``width`` cells: its label near the sender, its end, or its loss.

    A packet that was lost ends in a cross on its way.
    """
    label = arrow.label.fit(max(width - 5, 1)) if width > 5 else ""
    lead = min(LEAD, max(1, width - cells(label) - 4))
    head = "✗" if arrow.crossing.lost else "▶" if rightwards else "◀"
    length = width
    if arrow.crossing.lost:
        length = min(width, max(width * 3 // 5, lead + cells(label) + 5))
    tail = length - lead - cells(label) - 3
    style = arrow.label.style
    line = "red" if arrow.crossing.lost else "dim"
    if tail < 0 or not label:
        return [Span(pad(cut("─" * (width - 1) + head, width), width), line)]
    fill = " " * (width - length)
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
