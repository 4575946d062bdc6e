"""What a program printed and what was typed into it, piece by piece in the order of time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from lab.observation.transcript import Line, Stream
from lab.story.text import harmless

ENTER = "⏎"
"""Stands for an empty line that was typed: at a keyboard, nothing but this key."""


@dataclass(frozen=True)
class Piece:
    """Text that a program printed, or that was typed into it, at one time; it is harmless.

    ``line`` is the printed line that ends with it, where one does.
    """

    time_ns: int
    stream: Stream
    text: str
    line: Line | None = None

    @property
    def source(self) -> int | None:
        """The line of the program's source that printed it, where that is certain."""
        return self.line.source if self.line else None


def dialogue(printed: Iterable[Line], typed: Iterable[Line]) -> list[Piece]:
    """Return all pieces of these lines: one is cut where its program stood until it got input."""
    pieces: list[Piece] = []
    for line in printed:
        *parts, (time_ns, last) = line.pieces
        pieces += [Piece(when, line.stream, harmless(text)) for when, text in parts]
        pieces.append(Piece(time_ns, line.stream, harmless(last), line))
    pieces += [Piece(each.time_ns, each.stream, harmless(each.text) or ENTER) for each in typed]
    return sorted(pieces, key=attrgetter("time_ns"))
