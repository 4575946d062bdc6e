"""Linux's cooked headers: what stands for the link's own where all cards are captured at once."""

from __future__ import annotations

from functools import partial

from lab.wire.packet.header.declared import Declared, number
from lab.wire.packet.header.header import Header
from lab.wire.packet.header.number import ethertype_text, named

LENGTH, LENGTH_2 = 16, 20
OUTGOING = 4

PACKET_TYPES = {
    0: "to this host",
    1: "broadcast",
    2: "multicast",
    3: "to another host",
    OUTGOING: "sent by this host",
}


def _type(bits: int) -> Declared[int]:
    said = "Whether the host that captured it got it or sent it."
    return number("Packet Type", bits, said, partial(named, PACKET_TYPES))


def _address() -> Declared[str]:
    said = "The sender's hardware address, filled up with zeros."
    return Declared("Link-Layer Address", 64, said, lambda packed: packed.hex(":"), packed=True)


class Cooked(Header):
    """A cooked header of version 1 (https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html)."""

    __slots__ = ()
    name = "Linux Cooked"
    packet_type = _type(16)
    hardware = number("ARPHRD Type", 16, "What kind of card it was.")
    address_length = number("Link-Layer Address Length", 16, "How much of the address counts.")
    address = _address()
    protocol = number("Protocol", 16, "What follows, as an EtherType.", ethertype_text)


class Cooked2(Header):
    """A cooked header of version 2 (https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL2.html)."""

    __slots__ = ()
    name = "Linux Cooked v2"
    protocol = number("Protocol", 16, "What follows, as an EtherType.", ethertype_text)
    reserved = number("Reserved", 16, "Is 0.")
    interface = number("Interface Index", 32, "The card's number on the host that captured it.")
    hardware = number("ARPHRD Type", 16, "What kind of card it was.")
    packet_type = _type(8)
    address_length = number("Link-Layer Address Length", 8, "How much of the address counts.")
    address = _address()
