"""The kinds of ICMPv6 message: their names, and their fields after the checksum.

RFC 4443 §2 to §4, RFC 4861 §4 for neighbour discovery, RFC 2710 and RFC 3810 for multicast
listeners.
"""

from __future__ import annotations

from lab.wire.packet.header.header import Layout, Spec, yes_no
from lab.wire.packet.internet.icmp_message import ECHO, UNUSED, Kinds

PACKET_TOO_BIG = 2
PARAMETER_PROBLEM = 4
ERRORS = (1, PACKET_TOO_BIG, 3, PARAMETER_PROBLEM)
ECHO_REQUEST = 128
ECHO_REPLY = 129
ROUTER_ADVERTISEMENT = 134
NEIGHBOUR_ADVERTISEMENT = 136
REDIRECT = 137

TYPES = {
    1: "destination unreachable",
    PACKET_TOO_BIG: "packet too big",
    3: "time exceeded",
    PARAMETER_PROBLEM: "parameter problem",
    ECHO_REQUEST: "echo request",
    ECHO_REPLY: "echo reply",
    130: "multicast listener query",
    131: "multicast listener report",
    132: "multicast listener done",
    133: "router solicitation",
    ROUTER_ADVERTISEMENT: "router advertisement",
    135: "neighbour solicitation",
    NEIGHBOUR_ADVERTISEMENT: "neighbour advertisement",
    REDIRECT: "redirect",
    143: "multicast listener report v2",
}

# RFC 4443 §3.
CODES = {
    (1, 0): "no route to destination",
    (1, 1): "communication administratively prohibited",
    (1, 2): "beyond scope of source address",
    (1, 3): "address unreachable",
    (1, 4): "port unreachable",
    (1, 5): "source address failed policy",
    (1, 6): "reject route to destination",
    (3, 0): "hop limit exceeded in transit",
    (3, 1): "fragment reassembly time exceeded",
    (4, 0): "erroneous header field",
    (4, 1): "unrecognised next header",
    (4, 2): "unrecognised IPv6 option",
}

KINDS = Kinds(TYPES, CODES, (ECHO_REQUEST, ECHO_REPLY), ERRORS)

# Where a message's options begin, or where its fixed part ends; 8 for all others.
FIXED_PARTS = {130: 24, 131: 24, 132: 24, 134: 16, 135: 24, 136: 24, REDIRECT: 40}
WITH_TARGET = (130, 131, 132, 135, 136, REDIRECT)
WITH_OPTIONS = (133, ROUTER_ADVERTISEMENT, 135, NEIGHBOUR_ADVERTISEMENT, REDIRECT)

_LISTENER: Layout = (
    Spec("Maximum Response Delay", 16, "maximum_response_delay"),
    Spec("Reserved", 16, "second_half"),
    Spec("Multicast Address", 128, "target"),
)
_TARGET = Spec("Target Address", 128, "target")
LAYOUTS: dict[int, Layout] = {
    PACKET_TOO_BIG: (Spec("MTU", 32, "mtu"),),
    PARAMETER_PROBLEM: (Spec("Pointer", 32, "pointer"),),
    ECHO_REQUEST: ECHO,
    ECHO_REPLY: ECHO,
    130: _LISTENER,
    131: _LISTENER,
    132: _LISTENER,
    ROUTER_ADVERTISEMENT: (
        Spec("Cur Hop Limit", 8, "current_hop_limit"),
        Spec("Flags", 8, "router_flags", lambda value: f"0x{value:02x}"),
        Spec("Router Lifetime", 16, "second_half", lambda value: f"{value} s"),
        Spec("Reachable Time", 32, "reachable_time", lambda value: f"{value} ms"),
        Spec("Retrans Timer", 32, "retransmission_timer", lambda value: f"{value} ms"),
    ),
    135: (*UNUSED, _TARGET),
    NEIGHBOUR_ADVERTISEMENT: (
        Spec("Router flag", 1, "from_router", yes_no),
        Spec("Solicited flag", 1, "solicited", yes_no),
        Spec("Override flag", 1, "override", yes_no),
        Spec("Reserved", 29, "reserved"),
        _TARGET,
    ),
    REDIRECT: (*UNUSED, _TARGET, Spec("Destination Address", 128, "destination")),
}
