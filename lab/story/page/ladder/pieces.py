"""The pieces of folds as the page keeps them: each distinct shape once, then where it stands.

A long run repeats itself: ten thousand arrows have a few dozen shapes. The page has every shape as
an SVG element, without height and words. The page's script copies elements and lays out nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from lab.story.page.ladder.drawing import (
    ArrowShape,
    Drawing,
    NoteShape,
    Shape,
    StateBand,
    TimeShape,
)
from lab.story.page.ladder.geometry import BASELINE, Json, placed
from lab.story.page.packets import WHAT, Words

Entry = list[int]


class Pieces:
    """The folds of one ladder, as values that :mod:`json` can write.

    ``folds`` has for every fold its pieces. A piece is where it begins and ends below its fold, in
    pixels, and its entries. An entry is the number of a shape in ``shapes``, the height where it
    stands, and what differs each time: of an arrow its packet, then its label and what a screen
    reader says, each only where it is not what the table says of the packet; of a band its height
    and the number of its conversation, and of a wait what is said of it; of a sentence that leads
    to a piece, that piece. The numbers of its lines of text follow.
    """

    def __init__(self, drawing: Drawing, words: Words, table: Sequence[list[Any]]) -> None:
        self._words = words
        self._table = table
        self._numbers: dict[object, int] = {}
        self.shapes: list[Json] = []
        self.folds = [[self._piece(piece) for piece in fold] for fold in drawing.folds]

    def _piece(self, piece: Drawing) -> list[object]:
        heights = piece.heights
        bands = [band for band in piece.bands if heights[band.stop] > heights[band.start]]
        entries = [self._entry(each, heights) for each in (*bands, *piece.shapes)]
        return [heights[0] + BASELINE, heights[-1], entries]

    def _entry(self, shape: Shape | StateBand, heights: Sequence[int]) -> Entry:
        if isinstance(shape, ArrowShape):
            return self._arrow(shape, heights)
        if isinstance(shape, StateBand):
            top = heights[shape.start]
            key = shape.x, shape.lane, shape.state
            number = self._number(key, lambda: replace(shape, start=0, stop=0, talk=-1))
            said = [self._words.number(shape.said)] if shape.said else []
            return [number, top, heights[shape.stop] - top, shape.talk, *said]
        y = heights[shape.tick] + BASELINE
        if isinstance(shape, TimeShape):
            number = self._number("time", lambda: TimeShape(0, ""))
            return [number, y, self._words.number(shape.text)]
        lines = [self._words.number(line) for line in shape.lines]
        blank = ("",) * len(lines)
        if isinstance(shape, NoteShape):
            note = replace(shape, tick=0, down=0, anchor="", spoken="", lines=blank)
            return [self._number(note, lambda: note), y + shape.down, *lines]
        leads = [] if shape.piece is None else [shape.piece]
        gap = replace(shape, tick=0, lines=blank, piece=0 if leads else None)
        return [self._number(gap, lambda: gap), y, *leads, *lines]

    def _arrow(self, arrow: ArrowShape, heights: Sequence[int]) -> Entry:
        y = heights[arrow.start]
        fall = heights[arrow.stop] - y
        key = replace(arrow, start=0, stop=fall, label="", packet=0, words=None)
        number = self._number(key, lambda: replace(arrow, start=0, stop=fall, label=""), fall)
        entry: Entry = [number, y, arrow.packet]
        what = self._table[arrow.packet][WHAT]
        label = self._words.number(arrow.label)
        words = what if arrow.words is None else self._words.number(arrow.words)
        if words != what:
            return [*entry, label, words]
        return entry if label == what else [*entry, label]

    def _number(self, key: object, bare: Callable[[], Shape | StateBand], fall: int = 0) -> int:
        """Return the number of a shape that stands at height 0, a new one where it was not known.

        Its ticks are heights: 0, and for the end of an arrow ``fall``.
        """
        if key not in self._numbers:
            self._numbers[key] = len(self.shapes)
            drawn = placed(bare(), range(fall + 1))
            if drawn["kind"] not in ("arrow", "band"):
                drawn["at"]["y"] = 0
            self.shapes.append(drawn)
        return self._numbers[key]
