"""What a program printed and what was typed into it, piece by piece in the order of time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter

from lab.observation.transcript import Line, Stream, Transcript
from lab.story.text import harmless

ENTER = "⏎"
"""Stands for an empty line that was typed: at a keyboard, nothing but this key."""

END = "Ctrl-D"
"""Stands for the end of the input: at a keyboard, this key."""


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


def dialogue(printed: Iterable[Line], transcript: Transcript) -> list[Piece]:
    """Return all pieces of these lines, and what was typed into the program between them.

    A line is cut where its program stood until it got input. That input which was there from the
    start also ends there is left to the legend.
    """
    pieces: list[Piece] = []
    for line in printed:
        *parts, (time_ns, last) = line.pieces
        pieces += [Piece(when, line.stream, harmless(text)) for when, text in parts]
        pieces.append(Piece(time_ns, line.stream, harmless(last), line))
    pieces += [
        Piece(each.time_ns, each.stream, harmless(each.text) or ENTER) for each in transcript.typed
    ]
    ended_ns = transcript.input_ended_ns
    if ended_ns is not None and ended_ns > transcript.started_ns:
        pieces.append(Piece(ended_ns, "stdin", END))
    return sorted(pieces, key=attrgetter("time_ns"))


def typing(transcripts: Iterable[Transcript]) -> Iterator[str]:
    """Yield what a reader has to know of what was typed into these programs."""
    typed = [each for each in transcripts if each.typed or each.input_ended_ns]
    if not typed:
        return
    first = [each for each in typed if each.typed and each.typed[0].time_ns == each.started_ns]
    whole = any(each.input_ended_ns == each.started_ns for each in first)
    early = f" (at its start: all {'of it' if whole else 'at once'}, before it asked)"
    yield f"⌨: typed into the program{early if first else ''}"
    if any(each.input_ended_ns and each.input_ended_ns > each.started_ns for each in typed):
        yield f"⌨ {END}: its input ended"
