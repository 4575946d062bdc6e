"""A field of a header, with its place in the frame, and a problem of a packet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Field(NamedTuple):
    """One field of a header: what the RFC calls it, what it holds, and where it stands.

    ``bit_offset`` counts from the first bit of the frame, ``bits`` is the width.
    """

    name: str
    value: object
    text: str
    bit_offset: int
    bits: int

    @property
    def start(self) -> int:
        """The offset of the first byte that holds a bit of this field."""
        return self.bit_offset // 8

    @property
    def stop(self) -> int:
        """The offset just after the last byte that holds a bit of this field."""
        return (self.bit_offset + self.bits + 7) // 8


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a packet: the layer, the byte offset in the frame, and one sentence."""

    layer: str
    offset: int
    what: str


def cut_off(layer: str, offset: int, have: int, need: int, part: str = "header") -> Problem:
    """Return the problem of a part that has only ``have`` of its ``need`` bytes."""
    return Problem(layer, offset, f"{layer} {part} cut off: {have} of {need} bytes captured")
