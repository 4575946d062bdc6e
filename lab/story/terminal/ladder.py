"""The ladder itself: one time line, a column for each host, packets as arrows between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from lab.story.terminal.arrow import below, beside, draw
from lab.story.terminal.columns import Columns
from lab.story.text import Span, cells, pad, wrap
from lab.story.timeline.arrow_span import spans
from lab.story.timeline.fold import Fold
from lab.story.timeline.moment import Arrow, Moment
from lab.story.timeline.note import Note

SAME_NS = 100_000
"""Moments no further apart than this (0.1 ms) may share a row."""

LIFELINE = "┆"
"""Stands in the column of a router of which nothing is told."""

MOST_LINES = 4
"""Rows that one cell may take."""


@dataclass
class _Row:
    time_ns: int
    arrow: Arrow | None = None
    notes: dict[int, Note] = field(default_factory=dict)
    fold: str = ""
    covered: tuple[int, ...] = ()


def ladder(
    moments: Sequence[Moment | Fold], columns: Columns, ms: Callable[[int], str]
) -> Iterator[list[Span]]:
    """Yield the lines of the ladder; ``ms`` writes a time."""
    shown = None
    for row in _rows(moments, columns):
        time = ms(row.time_ns)
        if row.fold:
            room = columns.width - columns.time - 2
            for piece in wrap(f"… {row.fold} …", room, 3):
                lead = max((room - cells(piece)) // 2, 0)
                yield [Span(" " * (columns.time + 2 + lead)), Span(piece, "dim")]
            shown = None
            continue
        clock = pad("" if time == shown and row.arrow is None else time, columns.time, right=True)
        shown = time
        yield from _lines(row, columns, clock)


def _rows(moments: Sequence[Moment | Fold], columns: Columns) -> list[_Row]:
    rows: list[_Row] = []
    for moment in moments:
        if isinstance(moment, Fold):
            rows.append(_Row(moment.time_ns, fold=moment.text))
        elif isinstance(moment, Arrow):
            _place_arrow(rows, moment, columns)
        elif moment.host in columns.place:
            _place_note(rows, moment, columns)
    return rows


def _place_arrow(rows: list[_Row], arrow: Arrow, columns: Columns) -> None:
    place = columns.place
    covered = tuple(
        column for span in spans(arrow, place) for column in range(span.low + 1, span.high)
    )
    drawn = [each for each in arrow.notes if each.host in place]
    # The first note of each host shares the arrow's row.
    notes = {place[each.host]: each for each in reversed(drawn)}
    last = _shared(rows, arrow.time_ns)
    if (
        last is not None
        and last.arrow is None
        and not set(last.notes) & {*notes, *covered}
        and not any(columns.is_wide(index, each.text) for index, each in last.notes.items())
    ):
        last.arrow, last.covered, last.time_ns = arrow, covered, arrow.time_ns
        last.notes.update(notes)
    else:
        rows.append(_Row(arrow.time_ns, arrow, notes, covered=covered))
    for each in drawn:
        if notes[place[each.host]] is not each:
            rows.append(_Row(each.time_ns, notes={place[each.host]: each}))


def _place_note(rows: list[_Row], note: Note, columns: Columns) -> None:
    index = columns.place[note.host]
    wide = columns.is_wide(index, note.text)
    last = _shared(rows, note.time_ns)
    if (
        last is not None
        and index not in last.notes
        and index not in last.covered
        and not (wide and last.arrow)
    ):
        last.notes[index] = note
    else:
        rows.append(_Row(note.time_ns, notes={index: note}))


def _shared(rows: list[_Row], time_ns: int) -> _Row | None:
    """Return the last row where its time is near enough for something more to stand there."""
    last = rows[-1] if rows else None
    is_near = last is not None and not last.fold and time_ns - last.time_ns <= SAME_NS
    return last if is_near else None


def _lines(row: _Row, columns: Columns, clock: str) -> Iterator[list[Span]]:
    hosts = range(len(columns.hosts))
    rooms = columns.host if row.arrow else [columns.room(index) for index in hosts]
    notes = [row.notes.get(index) for index in hosts]
    texts = [
        wrap(note.text, room, MOST_LINES, note.follow) if note else [""]
        for note, room in zip(notes, rooms, strict=True)
    ]
    for line, words in enumerate(zip_longest(*texts, fillvalue="")):
        parts = [LIFELINE if index in columns.passing else each for index, each in enumerate(words)]
        cell = [
            Span(pad(text, room), note.style if note else "dim" if text == LIFELINE else "")
            for text, room, note in zip(parts, rooms, notes, strict=True)
        ]
        lead = Span((clock if line == 0 else " " * columns.time) + "  ", "dim")
        if row.arrow is None:
            yield [lead, *(part for each in cell for part in (each, Span(" ")))]
        else:
            yield [lead, *_across(row.arrow if line == 0 else None, cell, columns)]
    if row.arrow is not None and len(columns.hosts) > 1:
        for span in spans(row.arrow, columns.place):
            if line_below := below(row.arrow, span, columns):
                yield line_below


def _across(arrow: Arrow | None, cell: list[Span], columns: Columns) -> Iterator[Span]:
    """Yield the hosts' cells and the wires between them, with an arrow over some of both."""
    crossed = [] if arrow is None or len(columns.hosts) < 2 else spans(arrow, columns.place)
    begins = {span.low: span for span in crossed}
    index = 0
    while index < len(cell):
        yield cell[index]
        span = begins.get(index)
        if span is not None and arrow is not None:
            yield Span(" ")
            yield from draw(arrow, span, columns)
            yield Span(" ")
            index = span.high
            aside = beside(arrow, span, columns)
            if aside is not None:
                label, index = aside
                yield from label
            continue
        if index < len(columns.wire):
            yield Span(" " * (columns.wire[index] + 2))
        index += 1
