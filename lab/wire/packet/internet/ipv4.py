"""IPv4 (RFC 791); RFC 2474 and RFC 3168 redefine its Type of Service."""

from __future__ import annotations

from lab.wire.packet.header.checksum import is_correct, pseudo_header
from lab.wire.packet.header.declared import (
    dscp_and_ecn,
    flag,
    hex16,
    in_bytes,
    ipv4_address,
    number,
    words_and_bytes,
)
from lab.wire.packet.header.field import Problem
from lab.wire.packet.header.number import protocol_text
from lab.wire.packet.header.option import OptionForm, WithOptions, named

LENGTH = 20

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
    FORM = OptionForm(
        named(OPTIONS),
        "an IPv4 option's length does not fit the header",
        begins=LENGTH,
        alone=(0, 1),
        end=0,
    )
    name = "IPv4"
    version = number("Version", 4, "The IP version: 4.")
    ihl = number("IHL", 4, "The length of this header in 32-bit words.", words_and_bytes)
    tos = number("Type of Service", 8, "The whole Type of Service byte.", dscp_and_ecn)
    total_length = number("Total Length", 16, "The whole datagram in bytes, with this header.")
    identification = number("Identification", 16, "What a datagram's fragments share.", hex16)
    reserved = flag("Reserved", "The first flag bit, which must be zero.")
    dont_fragment = flag("Don't Fragment", "Whether routers must not fragment this datagram.")
    more_fragments = flag("More Fragments", "Whether fragments of the same datagram follow.")
    fragment_offset = number(
        "Fragment Offset", 13, "Where these bytes belong, in bytes.", in_bytes, unit=8
    )
    ttl = number("Time to Live", 8, "How many hops are left.")
    protocol = number("Protocol", 8, "The number of the protocol carried.", protocol_text)
    checksum = number("Header Checksum", 16, "The checksum over this header.", hex16)
    source = ipv4_address("Source Address", "The address of the sender.")
    destination = ipv4_address("Destination Address", "The address of the receiver.")

    @property
    def dscp(self) -> int:
        """The Differentiated Services codepoint (RFC 2474 §3)."""
        return self.tos >> 2

    @property
    def ecn(self) -> int:
        """Explicit Congestion Notification (RFC 3168 §5)."""
        return self.tos & 0x03

    @property
    def hops_left(self) -> int:
        """The time to live: named alike in both IP versions."""
        return self.ttl

    @property
    def size(self) -> int:
        """The length of the whole packet, this header included: alike in both IP versions."""
        return self.total_length

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
