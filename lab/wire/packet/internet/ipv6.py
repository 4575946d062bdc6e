"""IPv6's main header (RFC 8200 §3)."""

from __future__ import annotations

from lab.wire.packet.header.checksum import pseudo_header
from lab.wire.packet.header.declared import dscp_and_ecn, ipv6_address, number
from lab.wire.packet.header.header import Header
from lab.wire.packet.header.number import next_header_text

LENGTH = 40


class Ipv6(Header):
    """The 40 bytes in front of every IPv6 packet; extension headers are headers of their own."""

    __slots__ = ()
    name = "IPv6"
    version = number("Version", 4, "The IP version: 6.")
    traffic_class = number("Traffic Class", 8, "DSCP and ECN bits (RFC 8200 §7).", dscp_and_ecn)
    flow_label = number("Flow Label", 20, "What a flow's packets share.", "0x{:05x}".format)
    payload_length = number("Payload Length", 16, "The bytes that follow, extensions included.")
    next_header = number("Next Header", 8, "The number of what follows.", next_header_text)
    hop_limit = number("Hop Limit", 8, "How many hops are left.")
    source = ipv6_address("Source Address", "The address of the sender.")
    destination = ipv6_address("Destination Address", "The address of the receiver.")

    @property
    def hops_left(self) -> int:
        """The hop limit: named alike in both IP versions."""
        return self.hop_limit

    @property
    def size(self) -> int:
        """The length of the whole packet, this header included: alike in both IP versions."""
        return LENGTH + self.payload_length

    @property
    def end(self) -> int:
        """The offset in the frame just after the packet's last byte, captured or not."""
        return self._start + LENGTH + self.payload_length

    def pseudo(self, protocol: int, length: int) -> bytes:
        """Return the pseudo-header for a segment of that many bytes."""
        return pseudo_header(self._chunk(8, 24), self._chunk(24, 40), protocol, length)
