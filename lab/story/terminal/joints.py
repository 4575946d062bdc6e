"""Routers on an arrow's way as text: a joint at each, and beside it what the router changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lab.story.terminal.columns import Columns
from lab.story.text import Span, cells
from lab.story.timeline.arrow_span import ArrowSpan
from lab.story.timeline.moment import Arrow

JOINT, LOOK = "┼", "yellow"


def places(arrow: Arrow, span: ArrowSpan, columns: Columns) -> list[tuple[int, tuple[str, ...]]]:
    """Return how many cells into an arrow each router is that passed it on, and its chips."""
    found = []
    whole = columns.between(span.low, span.high)
    for joint in arrow.transit.joints:
        column = columns.place.get(joint.host)
        if column is not None and span.low < column < span.high:
            at = columns.between(span.low, column) + 1
            found.append((at if span.is_rightwards else whole - 1 - at, joint.chips))
    return found


def joined(
    pieces: Sequence[Span], marks: Sequence[tuple[int, tuple[str, ...]]], *, rightwards: bool
) -> Iterator[Span]:
    """Yield an arrow's pieces, from the left, with the routers marked on its line.

    ``marks`` are those of :func:`places`. What does not fit is left out.
    """
    whole = sum(cells(piece.text) for piece in pieces)
    writings: list[tuple[int, str, str]] = []
    for number, (at, chips) in enumerate(marks):
        writings.append((at, JOINT, "dim"))
        text = room_for(marks, number, whole, chips)
        if text:
            writings.append((at + 3, f" {text} ", LOOK))
    at = 0
    for piece in pieces:
        width = cells(piece.text)
        here = sorted(
            ((start if rightwards else whole - start - len(text)) - at, text, style)
            for start, text, style in writings
        )
        within = [each for each in here if each[0] >= 0 and each[0] + len(each[1]) <= width]
        yield from _written(piece, within)
        at += width


def room_for(
    marks: Sequence[tuple[int, Sequence[str]]], number: int, whole: int, chips: Sequence[str]
) -> str:
    """Return as many chips as fit between a router and the next, the first ones first."""
    stops = [*(at for at, _ in marks[1:]), whole - 2]
    room = stops[number] - marks[number][0] - 5
    for many in range(len(chips), 0, -1):
        text = ", ".join(chips[:many])
        if cells(text) <= room:
            return text
    return ""


def _written(piece: Span, writings: Sequence[tuple[int, str, str]]) -> Iterator[Span]:
    done = 0
    for start, text, style in writings:
        if start >= done and set(piece.text[start : start + len(text)]) == {"─"}:
            yield Span(piece.text[done:start], piece.style)
            yield Span(text, style)
            done = start + len(text)
    yield Span(piece.text[done:], piece.style)
