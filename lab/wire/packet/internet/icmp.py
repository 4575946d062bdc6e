"""ICMP (RFC 792): echoes between hosts, and errors that quote the datagram they are about."""

from __future__ import annotations

import struct
from socket import AF_INET, inet_ntop
from typing import ClassVar

from lab.wire.packet.header.checksum import is_correct
from lab.wire.packet.header.header import Layout, Spec
from lab.wire.packet.internet.icmp_message import (
    ECHO,
    TYPE_CODE_CHECKSUM,
    UNUSED,
    IcmpMessage,
    Kinds,
)

FIXED = struct.Struct("!BBHHH")

ECHO_REPLY = 0
DESTINATION_UNREACHABLE = 3
REDIRECT = 5
ECHO_REQUEST = 8
TIME_EXCEEDED = 11
PARAMETER_PROBLEM = 12
FRAGMENTATION_NEEDED = 4
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


KINDS = Kinds(TYPES, CODES, (ECHO_REQUEST, ECHO_REPLY), ERRORS)


class Icmp(IcmpMessage):
    """An ICMP message's first 8 bytes."""

    __slots__ = ()
    name: ClassVar[str] = "ICMP"
    kinds = KINDS

    @property
    def mtu(self) -> int | None:
        """Of "fragmentation needed": what the next hop's link takes (RFC 1191 §4), else None."""
        needed = (self.type, self.code) == (DESTINATION_UNREACHABLE, FRAGMENTATION_NEEDED)
        return self._raw[4] if needed else None

    @property
    def target(self) -> str | None:
        """Of a redirect: the router to use, else None."""
        if self.type != REDIRECT:
            return None
        return inet_ntop(AF_INET, self._chunk(4, 8))

    @property
    def pointer(self) -> int | None:
        """Of a parameter problem: which byte of the quoted datagram is wrong, else None."""
        return self._raw[3] >> 8 if self.type == PARAMETER_PROBLEM else None

    @property
    def unused_rest(self) -> int:
        """What follows the pointer of a parameter problem."""
        return self.unused & 0xFFFFFF

    @property
    def checksum_ok(self) -> bool | None:
        """Whether the checksum is right; None for fragments and messages cut off."""
        if self._pseudo is None:
            return None
        # Unlike ICMPv6's, this checksum covers no pseudo-header.
        return is_correct(self._frame[self._start : self._stop])

    def _layout(self) -> Layout:
        rest = UNUSED
        if self.is_echo:
            rest = ECHO
        elif self.mtu is not None:
            rest = (Spec("Unused", 16, "unused_half"), Spec("Next-Hop MTU", 16, "mtu"))
        elif self.type == REDIRECT:
            rest = (Spec("Gateway Internet Address", 32, "target"),)
        elif self.type == PARAMETER_PROBLEM:
            rest = (Spec("Pointer", 8, "pointer"), Spec("Unused", 24, "unused_rest"))
        return TYPE_CODE_CHECKSUM + rest
