"""A packet: the bytes that crossed the wire once, and the headers found in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from lab.wire.address import Address
from lab.wire.packet.dns.message import Dns
from lab.wire.packet.header.field import Problem
from lab.wire.packet.header.header import Header
from lab.wire.packet.header.number import PROTOCOLS
from lab.wire.packet.header.read_only import ReadOnly
from lab.wire.packet.internet.fragment import FragmentSpan, fragment_span
from lab.wire.packet.internet.icmp import Icmp
from lab.wire.packet.internet.icmpv6 import Icmpv6
from lab.wire.packet.internet.ipv4 import Ipv4
from lab.wire.packet.internet.ipv6 import Ipv6
from lab.wire.packet.internet.ipv6_extension import Extension, Fragment
from lab.wire.packet.link.arp import Arp
from lab.wire.packet.link.cooked import Cooked, Cooked2
from lab.wire.packet.link.ethernet import Ethernet
from lab.wire.packet.link.vlan import Vlan
from lab.wire.packet.reader import FrameReader
from lab.wire.packet.transport.tcp import Tcp
from lab.wire.packet.transport.udp import Udp

_H = TypeVar("_H", bound=Header)


def _header(kind: type[_H]) -> ReadOnly[_H | None]:
    """Declare a packet's header of one kind; None in a packet that has none."""

    def find(packet: Packet) -> _H | None:
        for header in packet._headers:
            if type(header) is kind:
                return header
        return None

    return ReadOnly(find, f"The {kind.name} header, or None.")


class Packet:
    """One packet as captured; a value. :func:`lab.wire.packet.decode` makes it."""

    __slots__ = ("_data", "_headers", "_number", "_problems", "_span", "_time_ns", "_wire_length")

    number = ReadOnly[int]("_number", "Its place in its capture, from 1; 0 outside a capture.")
    time_ns = ReadOnly[int]("_time_ns", "When it was captured, in nanoseconds since the epoch.")
    data = ReadOnly[bytes]("_data", "The bytes that were captured.")
    wire_length = ReadOnly[int]("_wire_length", "The frame's length on the wire in bytes.")
    headers = ReadOnly[tuple[Header, ...]]("_headers", "What was found, the outermost first.")
    ethernet = _header(Ethernet)
    vlan = _header(Vlan)
    cooked = _header(Cooked)
    cooked2 = _header(Cooked2)
    arp = _header(Arp)
    ipv4 = _header(Ipv4)
    ipv6 = _header(Ipv6)
    tcp = _header(Tcp)
    udp = _header(Udp)
    icmp = _header(Icmp)
    icmpv6 = _header(Icmpv6)
    dns = _header(Dns)
    _fragment = _header(Fragment)

    def __init__(
        self,
        data: bytes,
        headers: Sequence[Header],
        problems: Sequence[Problem],
        span: tuple[int, int],
        time_ns: int,
        number: int,
        wire_length: int,
    ) -> None:
        self._data = data
        self._headers = tuple(headers)
        self._problems = problems
        self._span = span
        self._time_ns = time_ns
        self._number = number
        self._wire_length = wire_length

    def numbered(self, number: int) -> Packet:
        """Return the same packet at another place in its capture."""
        known = self._data, self._headers, self._problems, self._span
        return Packet(*known, self._time_ns, number, self._wire_length)

    def moved(self, by_ns: int) -> Packet:
        """Return the same packet, seen later by so many nanoseconds."""
        known = self._data, self._headers, self._problems, self._span
        return Packet(*known, self._time_ns + by_ns, self._number, self._wire_length)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with this packet, without wrong checksums."""
        inside = [problem for header in self._headers for problem in header.problems]
        return (*self._problems, *inside)

    @property
    def payload(self) -> bytes:
        """The application's bytes in TCP or UDP, else what follows the last header; no padding."""
        start, stop = self._span
        return self._data[start:stop]

    @property
    def payload_start(self) -> int:
        """The offset of the payload's first byte."""
        return self._span[0]

    @property
    def ip(self) -> Ipv4 | Ipv6 | None:
        """The IP header of either version, or None."""
        return self.ipv4 or self.ipv6

    @property
    def icmp_any(self) -> Icmp | Icmpv6 | None:
        """The ICMP or ICMPv6 header, whichever there is, or None."""
        return self.icmp or self.icmpv6

    @property
    def quoted(self) -> Packet | None:
        """The datagram that an ICMP error quotes, as much as there is of it, or None.

        Offsets count from its start; ``payload_start`` is where it stands in this packet.
        """
        icmp = self.icmp_any
        if icmp is None or not icmp.is_error:
            return None
        reader = FrameReader(self.payload)
        span = reader.datagram(), reader.stop
        return Packet(reader.data, reader.headers, reader.problems, span, 0, 0, len(reader.data))

    @property
    def source(self) -> Address | None:
        """Where the packet is from: IP address and port, or None without IP."""
        ip = self.ip
        return None if ip is None else Address(ip.source, self._port(0))

    @property
    def destination(self) -> Address | None:
        """Where the packet is going: IP address and port, or None without IP."""
        ip = self.ip
        return None if ip is None else Address(ip.destination, self._port(2))

    @property
    def protocol(self) -> str:
        """The innermost protocol whose name is known here, in small letters: ``tcp``."""
        for header in reversed(self._headers):
            if isinstance(header, Ipv4):
                return PROTOCOLS.get(header.protocol, header.name).lower()
            if isinstance(header, Ipv6 | Extension | Fragment):
                return PROTOCOLS.get(header.next_header, "IPv6").lower()
            if not isinstance(header, Dns):
                return header.name.lower()
        return "ethernet"

    @property
    def fragment_header(self) -> Ipv4 | Fragment | None:
        """The header that says which part of a datagram this is, or None.

        It has ``fragment_offset``, ``more_fragments`` and ``identification`` in both IP versions.
        """
        return self.ipv4 or self._fragment

    @property
    def is_later_fragment(self) -> bool:
        """Whether this is a fragment without the first bytes of its datagram."""
        part = self.fragment_header
        return part is not None and part.fragment_offset > 0

    @property
    def fragment(self) -> FragmentSpan | None:
        """Which bytes of its datagram this packet carries; None where it carries all of them."""
        ip, header = self.ip, self.fragment_header
        return None if ip is None or header is None else fragment_span(ip, header)

    @property
    def checksums_ok(self) -> bool:
        """Whether no header has a wrong checksum."""
        return all(header.checksum_ok is not False for header in self._headers)

    def _port(self, offset: int) -> int | None:
        # TCP and UDP begin with the two ports (RFC 9293 §3.1, RFC 768). So the ports are known
        # where an ICMP error quotes only 8 bytes of a segment.
        header = self.tcp or self.udp
        if header is None and (self.protocol not in ("tcp", "udp") or self.is_later_fragment):
            return None
        start = header.start if header is not None else self._span[0]
        port = self._data[start + offset : start + offset + 2]
        within = header is not None or start + 4 <= self._span[1]
        return int.from_bytes(port, "big") if within else None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Packet):
            return NotImplemented
        return self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[object, ...]:
        return self._data, self._headers, self._time_ns, self._number, self._wire_length

    def __repr__(self) -> str:
        ends = "" if self.ip is None else f" {self.source} → {self.destination}"
        said = "" if self.tcp is None else f" {self.tcp.flags}"
        size = len(self.payload)
        return f"<Packet {self._number}: {self.protocol}{ends}{said}, {size} bytes of payload>"
