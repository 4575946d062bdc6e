"""Put a value that should have been into words, as a story shows it."""

from __future__ import annotations

from collections.abc import Sequence

MOST = 120
NOTHING_MORE = "nothing more"


def spelled(value: object) -> str:
    """Return a value in few words; an empty text if there are no few words for it."""
    if isinstance(value, str):
        return f'"{value}"'[:MOST]
    if isinstance(value, bytes):
        try:
            return spelled(value.decode()) if value else ""
        except UnicodeDecodeError:
            return f"{len(value)} bytes"
    if value is None or isinstance(value, bool | int | float):
        return "nothing" if value is None else str(value)
    return ""


def first_difference(seen: Sequence[object], due: Sequence[object]) -> tuple[int, str]:
    """Return where two sequences that are not equal differ first, and what is due there."""
    for index, value in enumerate(seen):
        if index >= len(due):
            return index, NOTHING_MORE if due else "nothing"
        if value != due[index]:
            return index, spelled(due[index])
    return len(seen), spelled(due[len(seen)]) if len(due) > len(seen) else ""
