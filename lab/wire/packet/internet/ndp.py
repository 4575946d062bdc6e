"""Options of neighbour discovery (RFC 4861 §4.6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

NAMES = {
    1: "Source Link-Layer Address",
    2: "Target Link-Layer Address",
    3: "Prefix Information",
    4: "Redirected Header",
    5: "MTU",
    14: "Nonce",
    25: "Recursive DNS Server",
}
LINK_LAYER_ADDRESSES = (1, 2)


@dataclass(frozen=True, slots=True)
class NdpOption:
    """One option; ``value`` is what follows its type and length."""

    kind: int
    name: str
    value: bytes

    @property
    def text(self) -> str:
        """How to show the value: a hardware address, or hexadecimal bytes."""
        return self.value.hex(":" if self.kind in LINK_LAYER_ADDRESSES else " ")


class OptionSpan(NamedTuple):
    """Where one option stands in the frame."""

    option: NdpOption
    start: int
    stop: int


def places(frame: bytes, start: int, stop: int) -> tuple[list[OptionSpan], int | None]:
    """Return the whole options between two offsets, and the offset of a broken one or None.

    An option's length counts units of 8 bytes; zero is broken (RFC 4861 §4.6).
    """
    found: list[OptionSpan] = []
    at = start
    while at < stop:
        after = at + 8 * frame[at + 1] if at + 1 < stop else stop + 1
        if after == at or after > stop:
            return found, at
        kind = frame[at]
        name = NAMES.get(kind, f"Option {kind}")
        found.append(OptionSpan(NdpOption(kind, name, frame[at + 2 : after]), at, after))
        at = after
    return found, None
