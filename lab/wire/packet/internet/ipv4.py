"""IPv4 (RFC 791), with the Type of Service read as RFC 2474 and RFC 3168 have it."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address
from socket import AF_INET, inet_ntop
from typing import ClassVar

from lab.wire.packet.header import option
from lab.wire.packet.header.checksum import internet_checksum, is_correct, pseudo_header
from lab.wire.packet.header.field import Field, Problem
from lab.wire.packet.header.header import Header, Layout, Spec, hex16, yes_no
from lab.wire.packet.header.number import protocol_text

LENGTH = 20
FIXED = struct.Struct("!BBHHHBBH")

# RFC 791 §3.1; RFC 2113 for Router Alert.
OPTIONS = {
    0: "End of Option List",
    1: "No Operation",
    7: "Record Route",
    68: "Internet Timestamp",
    130: "Security",
    131: "Loose Source and Record Route",
    136: "Stream Identifier",
    137: "Strict Source and Record Route",
    148: "Router Alert",
}
SOURCE_ROUTES = (131, 137)


@dataclass(frozen=True, slots=True)
class Ipv4Option:
    """One option of an IPv4 header; ``value`` is what follows its kind and length."""

    kind: int
    name: str
    value: bytes


class Ipv4(Header):
    """An IPv4 header, options included."""

    __slots__ = ()
    name: ClassVar[str] = "IPv4"
    LAYOUT: ClassVar[Layout] = (
        Spec("Version", 4, "version"),
        Spec("IHL", 4, "ihl", lambda value: f"{value} ({value * 4} bytes)"),
        Spec("Type of Service", 8, "tos", lambda v: f"0x{v:02x} (DSCP {v >> 2}, ECN {v & 3})"),
        Spec("Total Length", 16, "total_length"),
        Spec("Identification", 16, "identification", hex16),
        Spec("Reserved", 1, "reserved", yes_no),
        Spec("Don't Fragment", 1, "dont_fragment", yes_no),
        Spec("More Fragments", 1, "more_fragments", yes_no),
        Spec("Fragment Offset", 13, "fragment_offset", lambda value: f"{value} bytes"),
        Spec("Time to Live", 8, "ttl"),
        Spec("Protocol", 8, "protocol", protocol_text),
        Spec("Header Checksum", 16, "checksum", hex16),
        Spec("Source Address", 32, "source"),
        Spec("Destination Address", 32, "destination"),
    )

    @property
    def version(self) -> int:
        """The IP version: 4."""
        return self._raw[0] >> 4

    @property
    def ihl(self) -> int:
        """The length of this header in 32-bit words."""
        return self._raw[0] & 0x0F

    @property
    def tos(self) -> int:
        """The whole Type of Service byte."""
        return self._raw[1]

    @property
    def dscp(self) -> int:
        """The Differentiated Services codepoint (RFC 2474 §3)."""
        return self._raw[1] >> 2

    @property
    def ecn(self) -> int:
        """Explicit Congestion Notification (RFC 3168 §5)."""
        return self._raw[1] & 0x03

    @property
    def total_length(self) -> int:
        """The length of the whole datagram in bytes, this header included."""
        return self._raw[2]

    @property
    def identification(self) -> int:
        """What the fragments of one datagram have in common."""
        return self._raw[3]

    @property
    def reserved(self) -> bool:
        """The first flag bit, which must be zero."""
        return bool(self._raw[4] & 0x8000)

    @property
    def dont_fragment(self) -> bool:
        """Whether routers must not fragment this datagram."""
        return bool(self._raw[4] & 0x4000)

    @property
    def more_fragments(self) -> bool:
        """Whether fragments of the same datagram follow this one's bytes."""
        return bool(self._raw[4] & 0x2000)

    @property
    def fragment_offset(self) -> int:
        """Where in the datagram these bytes belong, in bytes."""
        return (self._raw[4] & 0x1FFF) * 8

    @property
    def ttl(self) -> int:
        """How many hops are left."""
        return self._raw[5]

    @property
    def hops_left(self) -> int:
        """The time to live: named alike in both IP versions."""
        return self.ttl

    @property
    def size(self) -> int:
        """The length of the whole packet, this header included: alike in both IP versions."""
        return self.total_length

    @property
    def protocol(self) -> int:
        """The number of the protocol carried."""
        return self._raw[6]

    @property
    def checksum(self) -> int:
        """The checksum over this header."""
        return self._raw[7]

    @property
    def source(self) -> str:
        """The address of the sender."""
        return inet_ntop(AF_INET, self._chunk(12, 16))

    @property
    def destination(self) -> str:
        """The address of the receiver."""
        return inet_ntop(AF_INET, self._chunk(16, 20))

    @property
    def options(self) -> tuple[Ipv4Option, ...]:
        """The options that are whole."""
        return tuple(
            Ipv4Option(kind, _option_name(kind), self._frame[start + 2 : stop])
            for kind, start, stop in self._places()[0]
        )

    @property
    def source_routed(self) -> bool:
        """Whether a source route makes the destination address not the last one."""
        return any(option.kind in SOURCE_ROUTES for option in self.options)

    @property
    def checksum_ok(self) -> bool | None:
        """Whether the header checksum is right; None where the header is cut off."""
        if self._length < self.ihl * 4:
            return None
        return is_correct(self.captured)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """An option whose length cannot be."""
        broken = self._places()[1]
        if broken is None or self._length < self.ihl * 4:
            return ()
        return (Problem(self.name, broken, "an IPv4 option's length does not fit the header"),)

    def pseudo(self, protocol: int, length: int) -> bytes:
        """Return the pseudo-header for a segment of that many bytes."""
        return pseudo_header(self._chunk(12, 16), self._chunk(16, 20), protocol, length)

    def _places(self) -> tuple[list[option.OptionSpan], int | None]:
        if self._length == LENGTH:
            return [], None
        return option.places(self._frame, self._start + LENGTH, self._start + self._length)

    def _variable(self) -> Sequence[Field]:
        return [
            Field(_option_name(kind), value := self._frame[start + 2 : stop], value.hex(" "),
                  start * 8, (stop - start) * 8)
            for kind, start, stop in self._places()[0]
        ]  # fmt: skip

    @staticmethod
    def encode(
        payload: bytes = b"",
        *,
        source: str,
        destination: str,
        protocol: int,
        tos: int = 0,
        identification: int = 0,
        dont_fragment: bool = False,
        more_fragments: bool = False,
        fragment_offset: int = 0,
        ttl: int = 64,
        options: bytes = b"",
        total_length: int | None = None,
        checksum: int | None = None,
    ) -> bytes:
        """Return a datagram; length and checksum are worked out unless given.

        ``fragment_offset`` is in bytes and a multiple of 8; ``options`` are the options' own bytes.
        """
        options = option.padded(options)
        length = LENGTH + len(options)
        total = length + len(payload) if total_length is None else total_length
        flags = dont_fragment << 14 | more_fragments << 13 | fragment_offset // 8
        ends = IPv4Address(source).packed + IPv4Address(destination).packed
        start = (0x40 | length // 4, tos, total, identification, flags, ttl, protocol)
        if checksum is None:
            checksum = internet_checksum(FIXED.pack(*start, 0) + ends + options)
        return FIXED.pack(*start, checksum) + ends + options + payload


def _option_name(kind: int) -> str:
    return OPTIONS.get(kind, f"Option {kind}")
