"""The oracle of widths: what a terminal makes of a text, told by wcwidth's tables alone."""

from __future__ import annotations

from wcwidth import wcwidth


def cell_len(text: str) -> int:
    """Return how many cells a text takes on a terminal."""
    return sum(max(int(wcwidth(character)), 0) for character in text)
