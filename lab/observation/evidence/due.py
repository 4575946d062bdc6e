"""Say what should have been at a place, where something of its kind stands there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from lab.observation.transcript import Line
from lab.wire.describe import describe
from lab.wire.packet import Packet

MOST = 120
NOTHING_MORE = "nothing more"

FAR = 40
"""Bytes that are as they should be, behind which what is due is told from the middle on."""

_TOLD = {"exit_status": "exit status {}", "closed_first": "the {}'s"}
"""How the value of an attribute is told that is no text to be read at its place."""


def counterpart(thing: Packet | Line | None, seen: Any, due: Any, attribute: str) -> str:
    """Return what should have been instead of what was seen there, in words; empty if unknown.

    ``thing`` is None where a program ended. A value that a story does not show there has no
    counterpart: a reset should not "have been 3".
    """
    if seen is not None and attribute in _TOLD:
        return _TOLD[attribute].format(due)
    if not isinstance(thing, Packet):
        fits = isinstance(due, str | None) if thing is None else thing.text == seen
        return spelled(due) if fits else ""
    raw, wanted = (each.encode() if isinstance(each, str) else each for each in (seen, due))
    if type(seen) is not type(due) or not raw:
        return ""
    data = thing.payload
    if isinstance(raw, bytes) and data and raw.count(data) == 1:
        start = raw.index(data)
        is_last = start + len(data) == len(raw)
        return _instead(data, wanted[start:] if is_last else wanted[start : start + len(data)])
    said = describe(thing)
    if _stands(str(seen).removeprefix("client ").removeprefix("server "), said.words):
        return str(due)
    is_read = _stands(str(seen), said.quote) or (isinstance(raw, bytes) and raw in data)
    return spelled(due) if is_read else ""


def _instead(data: bytes, due: bytes) -> str:
    """Return what was due instead of a packet's data, or behind it; the story shows its begin."""
    same = first_difference(data, due)
    if same == len(data):
        return f"followed by {spelled(due[same:])}"
    return spelled(due if same < FAR else "…".encode() + due[same - FAR // 2 :])


def _stands(word: str, text: str) -> bool:
    return len(word) > 1 and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def spelled(value: object) -> str:
    """Return a value in few words; an empty text if there are no few words for it."""
    if isinstance(value, str):
        return f'"{value}"'[:MOST]
    if isinstance(value, bytes):
        try:
            return spelled(value.decode()) if value else NOTHING_MORE
        except UnicodeDecodeError:
            return f"{len(value)} bytes"
    if value is None or isinstance(value, bool | int | float):
        return "nothing" if value is None else str(value)
    return ""


def first_difference(seen: Sequence[object], due: Sequence[object]) -> int:
    """Return where two sequences that are not equal differ first."""
    both = enumerate(zip(seen, due, strict=False))
    return next((at for at, (one, other) in both if one != other), min(len(seen), len(due)))
