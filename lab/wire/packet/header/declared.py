"""Declares the fields of a header, each once; struct codes and offsets follow from their order.

A declaration is a property. Its value is read from the frame when somebody asks for it.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from functools import partial
from socket import AF_INET, AF_INET6, inet_ntop
from typing import Any, NoReturn, TypeVar

from lab.wire.packet.header.read_only import ReadOnly

T = TypeVar("T")

_CODES = {8: "B", 16: "H", 32: "I"}


def _unplaced(header: object) -> NoReturn:
    raise AttributeError("a field is read from an instance of its header's class")


class Declared(ReadOnly[T]):
    """One field in its header's class: the RFC's name, the width in bits, what it means.

    ``read`` makes the value of the field's number (with ``packed``, of its bytes), and ``show`` its
    text. ``at`` is the offset in bits from the header's start.
    """

    def __init__(
        self,
        name: str,
        bits: int,
        doc: str,
        read: Callable[[Any], T] | None = None,
        show: Callable[[Any], str] = str,
        *,
        packed: bool = False,
    ) -> None:
        super().__init__(_unplaced, doc)
        self.name = name
        self.bits = bits
        self.show = show
        self.packed = packed
        self.at = 0
        self.value: Callable[[Any], Any] = _unplaced
        self._doc = doc
        self.read = read

    def place(self, at: int, value: Callable[[Any], Any]) -> None:
        """Say where in its header the field begins, in bits, and what reads its value there."""
        self.at = at
        self.value = value
        super().__init__(value, self._doc)

    def from_raw(self, index: int, shift: int, *, alone: bool) -> Callable[[Any], Any]:
        """Return what reads the value from one of the header's unpacked numbers, or its part."""
        mask, read = (1 << self.bits) - 1, self.read
        if read:
            return lambda header: read(header._raw[index] >> shift & mask)
        if alone:
            return lambda header: header._raw[index]
        return lambda header: header._raw[index] >> shift & mask

    def from_bytes(self, at: int) -> Callable[[Any], Any]:
        """Return what reads the value from the header's bytes; the field begins at a bit there."""
        first, stop = at // 8, (at + self.bits + 7) // 8
        read = self.read or int
        if self.packed:
            return lambda header: read(header._chunk(first, stop))
        shift, mask = stop * 8 - at - self.bits, (1 << self.bits) - 1
        return lambda header: read(
            int.from_bytes(header._chunk(first, stop), "big") >> shift & mask
        )


def number(
    name: str, bits: int, doc: str, show: Callable[[int], str] = str, *, unit: int = 1
) -> Declared[int]:
    """Declare a number; the wire counts it in units of ``unit``."""
    return Declared(name, bits, doc, None if unit == 1 else unit.__mul__, show)


def flag(name: str, doc: str) -> Declared[bool]:
    """Declare a bit."""
    return Declared(name, 1, doc, bool, yes_no)


def ipv4_text(packed: bytes) -> str:
    """Show an IPv4 address."""
    return inet_ntop(AF_INET, packed)


def ipv4_address(name: str, doc: str) -> Declared[str]:
    """Declare an IPv4 address."""
    return Declared(name, 32, doc, ipv4_text, packed=True)


def ipv6_address(name: str, doc: str) -> Declared[str]:
    """Declare an IPv6 address; its text is in the form of RFC 5952."""
    return Declared(name, 128, doc, partial(inet_ntop, AF_INET6), packed=True)


def mac_address(name: str, doc: str) -> Declared[str]:
    """Declare a hardware address, shown as six pairs of hexadecimal digits."""
    return Declared(name, 48, doc, lambda packed: packed.hex(":"), packed=True)


def placed(fields: Sequence[Declared[Any]]) -> struct.Struct:
    """Place fields one after the other; return what unpacks their numbers."""
    code = "!"
    at = index = 0
    group: list[Declared[Any]] = []
    for field in fields:
        group.append(field)
        bits = sum(each.bits for each in group)
        if not field.packed and bits not in _CODES:
            continue
        rest = bits
        for each in group:
            rest -= each.bits
            from_raw = each.from_raw(index, rest, alone=len(group) == 1)
            each.place(at, each.from_bytes(at) if each.packed else from_raw)
            at += each.bits
        code += f"{bits // 8}x" if field.packed else _CODES[bits]
        index += not field.packed
        group = []
    return struct.Struct(code)


in_bytes = "{} bytes".format
in_seconds = "{} s".format
in_ms = "{} ms".format


def hex16(value: int) -> str:
    """Show a number as four hexadecimal digits."""
    return f"0x{value:04x}"


def yes_no(value: bool) -> str:
    """Show a one-bit flag."""
    return "set" if value else "not set"


def words_and_bytes(value: int) -> str:
    """Show a length that counts words of 32 bits."""
    return f"{value} ({value * 4} bytes)"


def dscp_and_ecn(value: int) -> str:
    """Show a byte whose first six bits are the DSCP (RFC 2474), the others ECN (RFC 3168)."""
    return f"0x{value:02x} (DSCP {value >> 2}, ECN {value & 3})"
