"""ICMPv6 (RFC 4443), neighbour discovery (RFC 4861) and multicast listeners (RFC 2710, RFC 3810).

A neighbour discovery message is one header with its options; every other message's header is its
first 8 bytes (24 for RFC 2710's).
"""

from __future__ import annotations

from functools import partial
from socket import AF_INET6, inet_ntop
from typing import Any

from lab.wire.packet.header.declared import in_ms, in_seconds, yes_no
from lab.wire.packet.header.field import Problem, cut_off
from lab.wire.packet.header.number import ICMPV6
from lab.wire.packet.header.option import WithOptions
from lab.wire.packet.internet import ndp
from lab.wire.packet.internet.icmp_message import LENGTH, IcmpMessage, Kind, Part, part
from lab.wire.packet.internet.icmpv6_message import (
    ECHOES,
    KINDS,
    LISTENER,
    NEIGHBOUR_ADVERT,
    NEIGHBOUR_SOLICIT,
    PACKET_TOO_BIG,
    PARAMETER_PROBLEM,
    REDIRECT,
    ROUTER_ADVERT,
    WITH_OPTIONS,
    WITH_TARGET,
)


def address(name: str, doc: str, *of: Kind) -> Part[str | None]:
    """Declare an address that messages of these kinds hold."""
    return Part(name, 128, doc, of, partial(inet_ntop, AF_INET6), packed=True)


def bit(name: str, doc: str) -> Part[bool | None]:
    """Declare a flag of a neighbour advertisement."""
    return Part(name, 1, doc, (NEIGHBOUR_ADVERT,), bool, yes_no)


class Icmpv6(WithOptions, IcmpMessage):
    """An ICMPv6 message's header."""

    __slots__ = ()
    FORM = ndp.FORM
    name = "ICMPv6"
    kinds = KINDS

    mtu = part("MTU", 32, "What the next hop's link takes.", PACKET_TOO_BIG)
    pointer = part("Pointer", 32, "Which byte of the quoted packet is wrong.", PARAMETER_PROBLEM)
    identifier = part("Identifier", 16, "Of an echo: which program it belongs to.", *ECHOES)
    sequence = part("Sequence Number", 16, "Of an echo: its number.", *ECHOES)
    maximum_response_delay = part(
        "Maximum Response Delay", 16, "How long to wait at most, in milliseconds.", *LISTENER
    )
    listener_reserved = part("Reserved", 16, "What stands before the group.", *LISTENER)
    current_hop_limit = part("Cur Hop Limit", 8, "The hop limit to use.", ROUTER_ADVERT)
    router_flags = part("Flags", 8, "A byte of flags.", ROUTER_ADVERT, show="0x{:02x}".format)
    router_lifetime = part(
        "Router Lifetime", 16, "How long to use this router, s.", ROUTER_ADVERT, show=in_seconds
    )
    reachable_time = part(
        "Reachable Time", 32, "A neighbour counts as reachable, ms.", ROUTER_ADVERT, show=in_ms
    )
    retransmission_timer = part(
        "Retrans Timer", 32, "The time between solicitations, ms.", ROUTER_ADVERT, show=in_ms
    )
    from_router = bit("Router flag", "The sender is a router.")
    solicited = bit("Solicited flag", "It answers a solicitation.")
    override = bit("Override flag", "It replaces what was known.")
    reserved = part("Reserved", 29, "The bits after the flags.", NEIGHBOUR_ADVERT)
    unused = part("Unused", 32, "In all others.", None, NEIGHBOUR_SOLICIT, REDIRECT)
    group = address("Multicast Address", "The group that is asked for.", *LISTENER)
    neighbour = address("Target Address", "The address that the message is about.", *WITH_TARGET)
    destination = address("Destination Address", "What is redirected.", REDIRECT)

    @classmethod
    def length_of(cls, kind: int, there: int) -> int:
        """Return how many bytes the header takes, of those there; 8 where its part is cut off."""
        fixed = cls._length_before_options(kind)
        if there < fixed:
            return LENGTH
        return there if kind in WITH_OPTIONS else fixed

    @property
    def target(self) -> str | None:
        """The address that the message is about: a neighbour's, a router's, a group's; or None."""
        return self.group or self.neighbour

    @property
    def checksum_ok(self) -> bool | None:
        """Whether the checksum is right; None for fragments and messages cut off."""
        return self._sum_is_correct(ICMPV6)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """A fixed part cut off, or an option whose length cannot be."""
        fixed, there = self._fixed_part, self._stop - self._start
        if there < fixed:
            return (cut_off(self.name, self._start, there, fixed, "message"),)
        return super().problems

    @property
    def parts(self) -> list[Part[Any]]:
        """The fields after the checksum, as far as they are whole."""
        whole = self._stop - self._start >= self._fixed_part
        return super().parts if whole else self.PARTS[None]

    @property
    def _fixed_part(self) -> int:
        return self._length_before_options(self.type)

    @classmethod
    def _length_before_options(cls, kind: int) -> int:
        return 4 + sum(each.bits for each in cls.PARTS.get(kind, cls.PARTS[None])) // 8
