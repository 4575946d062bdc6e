"""Reads what an IP datagram carries: TCP, UDP and ICMP, and DNS inside them."""

from __future__ import annotations

from collections.abc import Callable

from lab.wire.packet.dns import message as dns
from lab.wire.packet.header.field import Problem, cut_off
from lab.wire.packet.header.header import Header
from lab.wire.packet.header.number import ICMP, ICMPV6, PROTOCOLS, TCP, UDP
from lab.wire.packet.internet import icmp_message
from lab.wire.packet.internet.icmp import Icmp
from lab.wire.packet.internet.icmpv6 import Icmpv6
from lab.wire.packet.transport import tcp, udp
from lab.wire.packet.transport.tcp import Tcp
from lab.wire.packet.transport.udp import Udp


class CarriedReader:
    """The state of decoding one frame: where it ends, what was found, what checksums cover.

    Each method reads the header at ``start`` and the headers inside it, and returns the offset of
    the payload's first byte. ``stop`` is the offset after the payload's last byte. ``pseudo`` is
    None while no checksum above IP can be verified. ``whole`` is False within a fragment.
    """

    __slots__ = ("data", "headers", "problems", "pseudo", "stop", "whole")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.stop = len(data)
        self.headers: list[Header] = []
        self.problems: list[Problem] = []
        self.pseudo: Callable[[int, int], bytes] | None = None
        self.whole = True

    def carried(self, protocol: int, start: int) -> int:
        """Read the header of the protocol with that number."""
        if protocol == TCP:
            return self._tcp(start)
        if protocol == UDP:
            return self._udp(start)
        if protocol in (ICMP, ICMPV6):
            return self._icmp(protocol, start)
        return start

    def _icmp(self, protocol: int, start: int) -> int:
        if self.stop - start < icmp_message.LENGTH:
            return self.cut_off(PROTOCOLS[protocol], start, icmp_message.LENGTH)
        kind: type[Icmp | Icmpv6] = Icmp if protocol == ICMP else Icmpv6
        raw = kind.FIXED.unpack_from(self.data, start)
        length = kind.length_of(raw[0], self.stop - start)
        self.headers.append(kind(self.data, start, length, raw, stop=self.stop, pseudo=self.pseudo))
        return start + length

    def _tcp(self, start: int) -> int:
        have = self.stop - start
        if have < tcp.LENGTH:
            return self.cut_off("TCP", start, tcp.LENGTH)
        raw = Tcp.FIXED.unpack_from(self.data, start)
        length: int = (raw[4] >> 4) * 4
        if length < tcp.LENGTH:
            what = f"Data Offset {length // 4} is less than the 5 words of a TCP header"
            self.wrong("TCP", start + 12, what)
            length = tcp.LENGTH
        elif length > have:
            self.cut_off("TCP", start, length)
            length = have
        self.headers.append(Tcp(self.data, start, length, raw, stop=self.stop, pseudo=self.pseudo))
        begin = start + length
        if self.whole and (raw[0] == dns.PORT or raw[1] == dns.PORT):
            message = dns.over_tcp(self.data, begin, self.stop)
            # Over TCP this may be the middle of a message, or none: a stream is cut anywhere.
            if message is not None and not message.problems:
                self.headers.append(message)
        return begin

    def _udp(self, start: int) -> int:
        have = self.stop - start
        if have < udp.LENGTH:
            return self.cut_off("UDP", start, udp.LENGTH)
        raw = Udp.FIXED.unpack_from(self.data, start)
        length, pseudo = raw[2], self.pseudo
        if length < udp.LENGTH:
            self.wrong(
                "UDP", start + 4, f"Length {length} is less than the 8 bytes of a UDP header"
            )
            pseudo = None
        elif length <= have:
            self.stop = start + length
        else:
            pseudo = None
            if self.whole:
                self.cut_off("UDP", start, length, "datagram")
        self.headers.append(Udp(self.data, start, udp.LENGTH, raw, stop=self.stop, pseudo=pseudo))
        begin = start + udp.LENGTH
        if self.whole and (raw[0] == dns.PORT or raw[1] == dns.PORT):
            message = dns.over_udp(self.data, begin, self.stop)
            if isinstance(message, Problem):
                self.problems.append(message)
            else:
                self.headers.append(message)
        return begin

    def cut_off(self, layer: str, start: int, need: int, part: str = "header") -> int:
        """Note that a part ends before all its ``need`` bytes, and return where it starts."""
        self.problems.append(cut_off(layer, start, self.stop - start, need, part))
        return start

    def wrong(self, layer: str, offset: int, what: str) -> int:
        """Note what is wrong with the bytes at an offset, and return that offset."""
        self.problems.append(Problem(layer, offset, what))
        return offset
