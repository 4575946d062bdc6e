"""ICMP (RFC 792): echoes between hosts, and errors that quote the datagram they are about."""

from __future__ import annotations

from lab.wire.packet.header.checksum import is_correct
from lab.wire.packet.header.declared import ipv4_text
from lab.wire.packet.internet.icmp_message import IcmpMessage, Kinds, Part, part

ECHO_REPLY = 0
DESTINATION_UNREACHABLE = 3
REDIRECT = 5
ECHO_REQUEST = 8
TIME_EXCEEDED = 11
PARAMETER_PROBLEM = 12
ECHOES = (ECHO_REQUEST, ECHO_REPLY)
TOO_BIG = (DESTINATION_UNREACHABLE, 4)
ERRORS = (DESTINATION_UNREACHABLE, 4, REDIRECT, TIME_EXCEEDED, PARAMETER_PROBLEM)

TYPES = {
    ECHO_REPLY: "echo reply",
    DESTINATION_UNREACHABLE: "destination unreachable",
    4: "source quench",
    REDIRECT: "redirect",
    ECHO_REQUEST: "echo request",
    9: "router advertisement",
    10: "router solicitation",
    TIME_EXCEEDED: "time exceeded",
    PARAMETER_PROBLEM: "parameter problem",
    13: "timestamp request",
    14: "timestamp reply",
}

# RFC 792; RFC 1122 §3.2.2.1 and RFC 1812 §5.2.7.1 for the later codes of type 3.
CODES = {
    (3, 0): "network unreachable",
    (3, 1): "host unreachable",
    (3, 2): "protocol unreachable",
    (3, 3): "port unreachable",
    (3, 4): "fragmentation needed",
    (3, 5): "source route failed",
    (3, 6): "network unknown",
    (3, 7): "host unknown",
    (3, 9): "network administratively prohibited",
    (3, 10): "host administratively prohibited",
    (3, 13): "communication administratively prohibited",
    (5, 0): "for the network",
    (5, 1): "for the host",
    (11, 0): "time to live exceeded in transit",
    (11, 1): "fragment reassembly time exceeded",
}


KINDS = Kinds(TYPES, CODES, ECHOES, ERRORS)


class Icmp(IcmpMessage):
    """An ICMP message's first 8 bytes."""

    __slots__ = ()
    name = "ICMP"
    kinds = KINDS

    identifier = part("Identifier", 16, "Of an echo: which program it belongs to.", *ECHOES)
    sequence = part("Sequence Number", 16, "Of an echo: its number.", *ECHOES)
    unused_half = part("Unused", 16, "What stands before the MTU.", TOO_BIG)
    mtu = part("Next-Hop MTU", 16, "What the next hop's link takes (RFC 1191 §4).", TOO_BIG)
    target = Part[str | None](
        "Gateway Internet Address", 32, "The router to use.", (REDIRECT,), ipv4_text, packed=True
    )
    pointer = part("Pointer", 8, "Which byte of the quoted datagram is wrong.", PARAMETER_PROBLEM)
    unused_rest = part("Unused", 24, "What follows the pointer.", PARAMETER_PROBLEM)
    unused = part("Unused", 32, "The second word of every other message.", None)

    @property
    def checksum_ok(self) -> bool | None:
        """Whether the checksum is right; None for fragments and messages cut off."""
        if self._pseudo is None:
            return None
        # Unlike ICMPv6's, this checksum covers no pseudo-header.
        return is_correct(self._frame[self._start : self._stop])
