"""IPv4 (RFC 791); RFC 2474 and RFC 3168 redefine its Type of Service."""

from __future__ import annotations

import struct
from socket import AF_INET, inet_ntop
from typing import ClassVar

from lab.wire.packet.header.checksum import is_correct, pseudo_header
from lab.wire.packet.header.field import Problem
from lab.wire.packet.header.header import Layout, Spec, hex16, yes_no
from lab.wire.packet.header.number import protocol_text
from lab.wire.packet.header.option import OptionForm, WithOptions, named

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


class Ipv4(WithOptions):
    """An IPv4 header, options included."""

    __slots__ = ()
    FORM: ClassVar[OptionForm] = OptionForm(
        named(OPTIONS),
        "an IPv4 option's length does not fit the header",
        begins=LENGTH,
        alone=(0, 1),
        end=0,
    )
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
    def end(self) -> int:
        """The offset in the frame just after the datagram's last byte, captured or not."""
        return self._start + self.total_length

    @property
    def source_routed(self) -> bool:
        """Whether a source route may name a later destination than the header does."""
        return any(option.kind in SOURCE_ROUTES for option in self.options)

    @property
    def checksum_ok(self) -> bool | None:
        """Whether the header checksum is right; None where the header is cut off."""
        if self._length < self.ihl * 4:
            return None
        return is_correct(self.captured)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """An option whose length cannot be, in a header that is whole."""
        return () if self._length < self.ihl * 4 else super().problems

    def pseudo(self, protocol: int, length: int) -> bytes:
        """Return the pseudo-header for a segment of that many bytes."""
        return pseudo_header(self._chunk(12, 16), self._chunk(16, 20), protocol, length)
