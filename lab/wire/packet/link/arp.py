"""ARP for IPv4 over Ethernet (RFC 826): who has this address."""

from __future__ import annotations

from functools import partial

from lab.wire.packet.header.declared import hex16, ipv4_address, mac_address, number
from lab.wire.packet.header.header import Header
from lab.wire.packet.header.number import ETHERTYPE_IPV4, ethertype_text, named

LENGTH = 28
IPV4_OVER_ETHERNET = (1, ETHERTYPE_IPV4, 6, 4)
OPERATIONS = {1: "request", 2: "reply"}


class Arp(Header):
    """An ARP packet about an IPv4 address on an Ethernet."""

    __slots__ = ()
    name = "ARP"
    hardware = number("Hardware Address Space", 16, "1 for Ethernet.", hex16)
    protocol = number("Protocol Address Space", 16, "The EtherType of IPv4.", ethertype_text)
    hardware_length = number("Hardware Address Length", 8, "In bytes: 6.")
    protocol_length = number("Protocol Address Length", 8, "In bytes: 4.")
    operation = number("Opcode", 16, "1 for a request, 2 for a reply.", partial(named, OPERATIONS))
    sender_mac = mac_address("Sender Hardware Address", "The sender's hardware address.")
    sender_ip = ipv4_address("Sender Protocol Address", "The sender's IPv4 address.")
    target_mac = mac_address("Target Hardware Address", "The target's; zeros in a request.")
    target_ip = ipv4_address("Target Protocol Address", "The IPv4 address that is asked for.")
