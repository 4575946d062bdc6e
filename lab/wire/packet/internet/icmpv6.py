"""ICMPv6 (RFC 4443), neighbour discovery (RFC 4861) and multicast listeners (RFC 2710, RFC 3810).

A neighbour discovery message is one header with its options; every other message's header is its
first 8 bytes (24 for RFC 2710's).
"""

from __future__ import annotations

from socket import AF_INET6, inet_ntop
from typing import ClassVar

from lab.wire.packet.header.field import Problem, cut_off
from lab.wire.packet.header.header import Layout
from lab.wire.packet.header.number import ICMPV6
from lab.wire.packet.header.option import OptionForm, WithOptions
from lab.wire.packet.internet import ndp
from lab.wire.packet.internet.icmp_message import (
    LENGTH,
    TYPE_CODE_CHECKSUM,
    UNUSED,
    IcmpMessage,
)
from lab.wire.packet.internet.icmpv6_message import (
    FIXED_PARTS,
    KINDS,
    LAYOUTS,
    PACKET_TOO_BIG,
    PARAMETER_PROBLEM,
    REDIRECT,
    WITH_OPTIONS,
    WITH_TARGET,
)


class Icmpv6(WithOptions, IcmpMessage):
    """An ICMPv6 message's header."""

    __slots__ = ()
    FORM: ClassVar[OptionForm] = ndp.FORM
    name: ClassVar[str] = "ICMPv6"
    kinds = KINDS

    @classmethod
    def length_of(cls, kind: int, there: int) -> int:
        """Return how many bytes the header takes; 8 where its fixed part is cut off."""
        fixed = FIXED_PARTS.get(kind, LENGTH)
        if there < fixed:
            return LENGTH
        return there if kind in WITH_OPTIONS else fixed

    @property
    def mtu(self) -> int | None:
        """Of "packet too big": what the next hop's link takes, else None."""
        return self.unused if self.type == PACKET_TOO_BIG else None

    @property
    def pointer(self) -> int | None:
        """Of a parameter problem: which byte of the quoted packet is wrong, else None."""
        return self.unused if self.type == PARAMETER_PROBLEM else None

    @property
    def target(self) -> str | None:
        """The address that the message is about: a neighbour's, a router's, a group's; or None."""
        if self.type not in WITH_TARGET or self._length < 24:
            return None
        return inet_ntop(AF_INET6, self._chunk(8, 24))

    @property
    def destination(self) -> str | None:
        """Of a redirect: the destination that is redirected, else None."""
        if self.type != REDIRECT or self._length < 40:
            return None
        return inet_ntop(AF_INET6, self._chunk(24, 40))

    @property
    def from_router(self) -> bool:
        """Of a neighbour advertisement: the sender is a router."""
        return bool(self._raw[3] & 0x8000)

    @property
    def solicited(self) -> bool:
        """Of a neighbour advertisement: it answers a solicitation."""
        return bool(self._raw[3] & 0x4000)

    @property
    def override(self) -> bool:
        """Of a neighbour advertisement: it replaces what was known."""
        return bool(self._raw[3] & 0x2000)

    @property
    def reserved(self) -> int:
        """The bits after a neighbour advertisement's flags."""
        return self.unused & 0x1FFFFFFF

    @property
    def maximum_response_delay(self) -> int:
        """Of a listener query: how long to wait at most, in milliseconds."""
        return self._raw[3]

    @property
    def second_half(self) -> int:
        """The last 16 bits of the second word: a router advertisement's lifetime in seconds."""
        return self._raw[4]

    @property
    def current_hop_limit(self) -> int:
        """Of a router advertisement: the hop limit to use."""
        return self._raw[3] >> 8

    @property
    def router_flags(self) -> int:
        """Of a router advertisement: the byte of flags."""
        return self._raw[3] & 0xFF

    @property
    def reachable_time(self) -> int:
        """Of a router advertisement: how long a neighbour counts as reachable, milliseconds."""
        return int.from_bytes(self._chunk(8, 12), "big")

    @property
    def retransmission_timer(self) -> int:
        """Of a router advertisement: the time between solicitations, milliseconds."""
        return int.from_bytes(self._chunk(12, 16), "big")

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
    def _fixed_part(self) -> int:
        return FIXED_PARTS.get(self.type, LENGTH)

    def _layout(self) -> Layout:
        whole = self._stop - self._start >= self._fixed_part
        return TYPE_CODE_CHECKSUM + (LAYOUTS.get(self.type, UNUSED) if whole else UNUSED)
