"""IPv6's main header (RFC 8200 §3)."""

from __future__ import annotations

import struct
from socket import AF_INET6, inet_ntop
from typing import ClassVar

from lab.wire.packet.header.checksum import pseudo_header
from lab.wire.packet.header.header import Header, Layout, Spec
from lab.wire.packet.header.number import next_header_text

LENGTH = 40
FIXED = struct.Struct("!IHBB")


class Ipv6(Header):
    """The 40 bytes in front of every IPv6 packet; extension headers are headers of their own."""

    __slots__ = ()
    name: ClassVar[str] = "IPv6"
    LAYOUT: ClassVar[Layout] = (
        Spec("Version", 4, "version"),
        Spec(
            "Traffic Class", 8, "traffic_class", lambda v: f"0x{v:02x} (DSCP {v >> 2}, ECN {v & 3})"
        ),
        Spec("Flow Label", 20, "flow_label", lambda value: f"0x{value:05x}"),
        Spec("Payload Length", 16, "payload_length"),
        Spec("Next Header", 8, "next_header", next_header_text),
        Spec("Hop Limit", 8, "hop_limit"),
        Spec("Source Address", 128, "source"),
        Spec("Destination Address", 128, "destination"),
    )

    @property
    def version(self) -> int:
        """The IP version: 6."""
        return self._raw[0] >> 28

    @property
    def traffic_class(self) -> int:
        """Differentiated Services and ECN bits (RFC 8200 §7)."""
        return self._raw[0] >> 20 & 0xFF

    @property
    def flow_label(self) -> int:
        """What the packets of one flow have in common (RFC 6437)."""
        return self._raw[0] & 0xFFFFF

    @property
    def payload_length(self) -> int:
        """How many bytes follow this header, extension headers included."""
        return self._raw[1]

    @property
    def next_header(self) -> int:
        """The number of what follows this header."""
        return self._raw[2]

    @property
    def hop_limit(self) -> int:
        """How many hops are left."""
        return self._raw[3]

    @property
    def hops_left(self) -> int:
        """The hop limit: named alike in both IP versions."""
        return self.hop_limit

    @property
    def size(self) -> int:
        """The length of the whole packet, this header included: alike in both IP versions."""
        return LENGTH + self.payload_length

    @property
    def source(self) -> str:
        """The address of the sender (RFC 5952 text)."""
        return inet_ntop(AF_INET6, self._chunk(8, 24))

    @property
    def destination(self) -> str:
        """The address of the receiver (RFC 5952 text)."""
        return inet_ntop(AF_INET6, self._chunk(24, 40))

    @property
    def end(self) -> int:
        """The offset in the frame just after the packet's last byte, captured or not."""
        return self._start + LENGTH + self.payload_length

    def pseudo(self, protocol: int, length: int) -> bytes:
        """Return the pseudo-header for a segment of that many bytes."""
        return pseudo_header(self._chunk(8, 24), self._chunk(24, 40), protocol, length)
