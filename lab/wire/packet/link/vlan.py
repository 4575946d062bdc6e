"""VLAN tags between Ethernet's header and what the frame carries (IEEE 802.1Q, 802.1ad)."""

from __future__ import annotations

from lab.wire.packet.header.declared import flag, number
from lab.wire.packet.header.header import Header
from lab.wire.packet.header.number import ethertype_text

LENGTH = 4
ETHERTYPES = frozenset((0x8100, 0x88A8, 0x9100))
"""What announces a tag; the last is what switches had before 802.1ad (QinQ)."""


class Vlan(Header):
    """One tag; a frame of a provider's network has two."""

    __slots__ = ()
    name = "802.1Q"
    priority = number("Priority Code Point", 3, "How urgent the frame is, 0 to 7.")
    drop_eligible = flag("Drop Eligible Indicator", "Whether a full switch may drop it first.")
    identifier = number("VLAN Identifier", 12, "Which virtual network it belongs to.")
    ethertype = number("EtherType", 16, "What the frame carries (IEEE 802).", ethertype_text)
