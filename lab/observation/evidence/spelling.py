"""What should have been, in words: a value as it stands in a story."""

from __future__ import annotations

from collections.abc import Sequence

MOST = 120
NOTHING_MORE = "nothing more"


def spelled(value: object) -> str:
    """Return a value in few words; nothing for one that has none."""
    if isinstance(value, str):
        return f'"{value}"'[:MOST]
    if isinstance(value, bytes):
        try:
            return spelled(value.decode())
        except UnicodeDecodeError:
            return f"{len(value)} bytes"
    if value is None or isinstance(value, bool | int | float):
        return "nothing" if value is None else str(value)
    return ""


def first_difference(seen: Sequence[object], due: Sequence[object]) -> tuple[int, str] | None:
    """Return where two sequences part, and what is due there; None if they do not."""
    for index, value in enumerate(seen):
        if index >= len(due):
            return index, NOTHING_MORE if due else "nothing"
        if value != due[index]:
            return index, spelled(due[index])
    return (len(seen), spelled(due[len(seen)])) if len(due) > len(seen) else None
