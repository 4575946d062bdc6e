"""Options of the kind-length-value form that IPv4 (RFC 791 §3.1) and TCP (RFC 9293 §3.2) share."""

from __future__ import annotations

from typing import NamedTuple

END = 0
NO_OPERATION = 1


class OptionSpan(NamedTuple):
    """Where one option stands in the frame; ``start`` is the offset of its kind."""

    kind: int
    start: int
    stop: int


def places(frame: bytes, start: int, stop: int) -> tuple[list[OptionSpan], int | None]:
    """Return the whole options between two offsets, and the offset of a broken one or None.

    Reading ends at an End of Option List; what follows it is padding.
    """
    found: list[OptionSpan] = []
    at = start
    while at < stop:
        kind = frame[at]
        if kind in (END, NO_OPERATION):
            after = at + 1
        else:
            after = at + frame[at + 1] if at + 1 < stop else stop + 1
            if after < at + 2 or after > stop:
                return found, at
        found.append(OptionSpan(kind, at, after))
        if kind == END:
            break
        at = after
    return found, None
