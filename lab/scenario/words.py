"""The words of a run: what its programs are to say, drawn anew, so that nobody knows it before."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from lab.scenario.files import is_plain

LESSON: Mapping[str, str] = {
    "word": "violet",
    "word2": "garden",
    "word3": "copper",
    "answer": "marble",
    "answer2": "winter",
    "answer3": "silver",
    "number": "314159",
    "port": "16180",
}
"""The words of lessons. Words that are drawn are as long, so that stories keep their lengths."""

PLAIN: Mapping[str, str] = {"loss": "3"}
"""What lessons have besides: too short to be retold as another, or to tell that it was copied."""

_SYLLABLES = [consonant + vowel for consonant in "bdfghjklmnprstvwz" for vowel in "aeiou"]
_LOWEST_PORT, _HIGHEST_PORT = 16_000, 29_999
"""Above the ports of scenarios, below those that Linux gives to clients (ip(7))."""


def draw(folder: Path, below: Callable[[int], int] = secrets.randbelow) -> dict[str, str]:
    """Return words for one run, none of which stands in a file of the scenario's folder.

    A word is six small letters, one of 614,125; the number has six digits, and the loss is a digit
    from 1 to 9. ``below`` gives chance: a number of at least 0 and less than its argument.
    """
    paths = [path for path in folder.rglob("*") if is_plain(path)]
    taken = b"\0".join(path.read_bytes() for path in paths).lower()
    drawn: dict[str, str] = {}
    for name in LESSON:
        word = _drawn(name, below)
        while word.encode() in taken or word in drawn.values():
            word = _drawn(name, below)
        drawn[name] = word
    drawn["loss"] = str(1 + below(9))
    return drawn


def _drawn(name: str, below: Callable[[int], int]) -> str:
    if name == "port":
        return str(_LOWEST_PORT + below(_HIGHEST_PORT - _LOWEST_PORT + 1))
    if name == "number":
        return str(100_000 + below(900_000))
    return "".join(_SYLLABLES[below(len(_SYLLABLES))] for _ in range(3))
