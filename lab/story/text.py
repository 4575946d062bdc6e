"""Text on a terminal: made harmless, measured in cells, cut, padded, wrapped and coloured."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from lab.wire.text import harmless

__all__ = ["ELLIPSIS", "Span", "cells", "cut", "harmless", "pad", "paint", "wrap"]

ELLIPSIS = "…"

_SGR = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "magenta": "35",
    "cyan": "36",
}
_MARKS_PER_CELL = 4
_NARROW = frozenset("─│╎┆┼▶◀▷◁✔✗→…·–⌨⏎")
"""What stories are drawn with: one cell each."""


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of one line and how it looks; ``style`` is words such as ``"bold red"``."""

    text: str
    style: str = ""


@lru_cache(maxsize=4096)
def _cells_of(character: str) -> int:
    if character < "\u0300" or character in _NARROW:
        return 1
    # Stories of Latin text never need the tables of all other scripts, which take 20 ms to load.
    from wcwidth import wcwidth  # noqa: PLC0415

    return max(int(wcwidth(character)), 0)


def cells(text: str) -> int:
    """Return how many terminal cells a text takes (East Asian wide 2, combining marks 0)."""
    if text.isascii():
        return len(text)
    return sum(map(_cells_of, text))


def cut(text: str, width: int) -> str:
    """Return the text, cut with an ellipsis so that it takes at most ``width`` cells."""
    if width <= 0:
        return ""
    if _fits(text, width):
        return text
    return _beginning(text, width - 1) + ELLIPSIS


def _beginning(text: str, width: int) -> str:
    """Return as much of the text as fits, bounded too where marks take no cell at all."""
    used = 0
    for position, character in enumerate(text):
        used += _cells_of(character)
        if used > width or position >= width * _MARKS_PER_CELL:
            return text[:position]
    return text


def _fits(text: str, width: int) -> bool:
    return len(text) <= width * _MARKS_PER_CELL and cells(text) <= width


def pad(text: str, width: int, *, right: bool = False) -> str:
    """Return the text cut or filled with spaces to exactly ``width`` cells."""
    text = cut(text, width)
    fill = " " * (width - cells(text))
    return fill + text if right else text + fill


def wrap(text: str, width: int, most: int, follow: str = "") -> list[str]:
    """Return the text in at most ``most`` lines of at most ``width`` cells.

    It breaks at spaces, and within a word only where that word needs more than a line; each line
    but the first begins with ``follow``, and the last one says with an ellipsis if there was more.
    """
    lines: list[str] = []
    rest = text
    while rest and len(lines) < most:
        lead = follow if lines else ""
        room = max(width - cells(lead), 1)
        if len(lines) == most - 1:
            lines.append(lead + cut(rest, room))
            break
        piece = _beginning(rest, room) or rest[:1]
        if len(piece) < len(rest) and rest[len(piece)] != " ":
            space = piece.rfind(" ")
            word = rest[space + 1 :].partition(" ")[0]
            begins = bool(piece[: max(space, 0)].strip())
            if space > room // 2 or (begins and _fits(word, width - cells(follow))):
                piece = piece[:space]
        lines.append(lead + piece)
        rest = rest[len(piece) :].lstrip(" ")
    return lines or [""]


def paint(spans: Iterable[Span], *, color: bool) -> str:
    """Return one line of text, styled by SGR codes (ECMA-48 §8.3.117) if ``color``."""
    kept = list(spans)
    while kept and not kept[-1].text.strip():
        kept.pop()
    if kept:
        kept[-1] = Span(kept[-1].text.rstrip(), kept[-1].style)
    if not color:
        return "".join(span.text for span in kept)
    return "".join(_painted(span) for span in kept)


def _painted(span: Span) -> str:
    if not span.style or not span.text.strip():
        return span.text
    codes = ";".join(_SGR[word] for word in span.style.split())
    return f"\x1b[{codes}m{span.text}\x1b[0m"
