"""Ethernet II: 14 bytes in front of every packet of the lab (RFC 894, RFC 2464)."""

from __future__ import annotations

from lab.wire.packet.header.declared import mac_address, number
from lab.wire.packet.header.header import Header
from lab.wire.packet.header.number import ethertype_text

LENGTH = 14


class Ethernet(Header):
    """An Ethernet header: destination, source, and what the frame carries."""

    __slots__ = ()
    name = "Ethernet"
    destination = mac_address("Destination", "The hardware address that the frame is sent to.")
    source = mac_address("Source", "The hardware address that sent the frame.")
    ethertype = number("EtherType", 16, "What the frame carries (IEEE 802).", ethertype_text)
