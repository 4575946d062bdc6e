"""Numbers that the IANA assigned, and their names."""

from __future__ import annotations

from typing import Final

ETHERTYPE_IPV4: Final = 0x0800
ETHERTYPE_ARP: Final = 0x0806
ETHERTYPE_IPV6: Final = 0x86DD

ETHERTYPES: Final = {
    ETHERTYPE_IPV4: "IPv4",
    ETHERTYPE_ARP: "ARP",
    ETHERTYPE_IPV6: "IPv6",
    0x8100: "802.1Q",
    0x88A8: "802.1ad",
    0x88CC: "LLDP",
}

ICMP: Final = 1
TCP: Final = 6
UDP: Final = 17
ICMPV6: Final = 58
HOP_BY_HOP: Final = 0
ROUTING: Final = 43
FRAGMENT: Final = 44
DESTINATION_OPTIONS: Final = 60

PROTOCOLS: Final = {
    ICMP: "ICMP",
    2: "IGMP",
    4: "IPv4",
    TCP: "TCP",
    UDP: "UDP",
    41: "IPv6",
    47: "GRE",
    50: "ESP",
    51: "AH",
    ICMPV6: "ICMPv6",
    89: "OSPF",
    132: "SCTP",
}

NEXT_HEADERS: Final = {
    **PROTOCOLS,
    HOP_BY_HOP: "Hop-by-Hop Options",
    ROUTING: "Routing",
    FRAGMENT: "Fragment",
    59: "No Next Header",
    DESTINATION_OPTIONS: "Destination Options",
}


def named(names: dict[int, str], value: int, width: int = 0) -> str:
    """Show a number with its name; with ``width``, in so many hexadecimal digits."""
    digits = f"0x{value:0{width}x}" if width else str(value)
    return f"{digits} ({names[value]})" if value in names else digits


def ethertype_text(value: int) -> str:
    """Show an EtherType."""
    return named(ETHERTYPES, value, 4)


def protocol_text(value: int) -> str:
    """Show an IPv4 protocol number."""
    return named(PROTOCOLS, value)


def next_header_text(value: int) -> str:
    """Show an IPv6 next header number."""
    return named(NEXT_HEADERS, value)
