"""The kinds of ICMPv6 message: their names, and which have something in common.

RFC 4443 §2 to §4, RFC 4861 §4 for neighbour discovery, RFC 2710 and RFC 3810 for multicast
listeners.
"""

from __future__ import annotations

from lab.wire.packet.internet.icmp_message import Kinds

PACKET_TOO_BIG = 2
PARAMETER_PROBLEM = 4
ERRORS = (1, PACKET_TOO_BIG, 3, PARAMETER_PROBLEM)
ECHO_REQUEST = 128
ECHO_REPLY = 129
ECHOES = (ECHO_REQUEST, ECHO_REPLY)
ROUTER_ADVERT = 134
NEIGHBOUR_SOLICIT = 135
NEIGHBOUR_ADVERT = 136
REDIRECT = 137
NEIGHBOUR_DISCOVERY = range(133, 138)
"""The types of neighbour discovery (RFC 4861, section 4)."""

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
    ROUTER_ADVERT: "router advertisement",
    NEIGHBOUR_SOLICIT: "neighbour solicitation",
    NEIGHBOUR_ADVERT: "neighbour advertisement",
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

KINDS = Kinds(TYPES, CODES, ECHOES, ERRORS)

LISTENER = (130, 131, 132)
WITH_TARGET = (NEIGHBOUR_SOLICIT, NEIGHBOUR_ADVERT, REDIRECT)
WITH_OPTIONS = (133, ROUTER_ADVERT, *WITH_TARGET)
