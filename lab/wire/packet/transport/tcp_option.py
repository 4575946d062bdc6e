"""TCP's options (RFC 9293 §3.2, RFC 7323, RFC 2018)."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lab.wire.packet.header.option import Option, OptionForm

END = 0
NO_OPERATION = 1
MSS = 2
WINDOW_SCALE = 3
SACK_PERMITTED = 4
SACK = 5
TIMESTAMPS = 8

NAMES = {
    END: "End of Option List",
    NO_OPERATION: "No-Operation",
    MSS: "Maximum Segment Size",
    WINDOW_SCALE: "Window Scale",
    SACK_PERMITTED: "SACK-Permitted",
    SACK: "SACK",
    TIMESTAMPS: "Timestamps",
    19: "MD5 Signature",
    28: "User Timeout",
    29: "TCP-AO",
    30: "Multipath TCP",
    34: "Fast Open Cookie",
}


@dataclass(frozen=True, slots=True)
class TcpOption(Option):
    """One option of a TCP header.

    ``value`` is None (no data), an int (maximum segment size; the window scale's shift count), a
    pair (timestamps: TSval, TSecr), a tuple of pairs (SACK: left and right edge of each block), or
    the data's bytes for every other kind and for a length that the kind should not have.
    """

    @property
    def text(self) -> str:
        """How to show the value; empty where there is none."""
        value = self.value
        if value is None:
            return ""
        if isinstance(value, bytes):
            return value.hex(" ")
        if self.kind == WINDOW_SCALE and isinstance(value, int):
            return f"{value} (multiply by {1 << value})" if value <= 14 else f"{value}"
        if self.kind == TIMESTAMPS and isinstance(value, tuple):
            return f"TSval {value[0]}, TSecr {value[1]}"
        if self.kind == SACK and isinstance(value, tuple):
            return ", ".join(f"{left}-{right}" for left, right in value)
        return str(value)


def _blocks(data: bytes) -> tuple[tuple[int, int], ...]:
    return tuple(struct.iter_unpack("!II", data))


# For each kind: which lengths its data may have, and what they mean.
_READERS: dict[int, tuple[Callable[[int], bool], Callable[[bytes], Any]]] = {
    END: (lambda n: n == 0, lambda _: None),
    NO_OPERATION: (lambda n: n == 0, lambda _: None),
    MSS: (lambda n: n == 2, lambda data: int.from_bytes(data, "big")),
    WINDOW_SCALE: (lambda n: n == 1, lambda data: data[0]),
    SACK_PERMITTED: (lambda n: n == 0, lambda _: None),
    SACK: (lambda n: n > 0 and n % 8 == 0, _blocks),
    TIMESTAMPS: (lambda n: n == 8, lambda data: struct.unpack("!II", data)),
}


def read(kind: int, data: bytes) -> TcpOption:
    """Return the option of that kind whose data these bytes are."""
    name = NAMES.get(kind, f"Option {kind}")
    fits, value = _READERS.get(kind, (lambda _: False, lambda _: None))
    return TcpOption(kind, name, value(data) if fits(len(data)) else data)


FORM = OptionForm(
    read,
    "a TCP option's length does not fit the header",
    begins=20,
    alone=(END, NO_OPERATION),
    end=END,
)
