"""Ethernet II: 14 bytes in front of every packet of the lab (RFC 894, RFC 2464)."""

from __future__ import annotations

import struct
from typing import ClassVar

from lab.wire.packet.header.header import Header, Layout, Spec
from lab.wire.packet.header.number import ethertype_text

LENGTH = 14
FIXED = struct.Struct("!12xH")


def mac_text(packed: bytes) -> str:
    """Show a hardware address as six pairs of hexadecimal digits."""
    return packed.hex(":")


class Ethernet(Header):
    """An Ethernet header: destination, source, and what the frame carries."""

    __slots__ = ()
    name: ClassVar[str] = "Ethernet"
    LAYOUT: ClassVar[Layout] = (
        Spec("Destination", 48, "destination"),
        Spec("Source", 48, "source"),
        Spec("EtherType", 16, "ethertype", ethertype_text),
    )

    @property
    def destination(self) -> str:
        """The hardware address that the frame is sent to."""
        return mac_text(self._chunk(0, 6))

    @property
    def source(self) -> str:
        """The hardware address that sent the frame."""
        return mac_text(self._chunk(6, 12))

    @property
    def ethertype(self) -> int:
        """What the frame carries (IEEE 802 numbers; below 1536 it is a length)."""
        return self._raw[0]
