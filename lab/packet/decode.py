"""From the bytes of a frame to a packet: which header follows which."""

from __future__ import annotations

from collections.abc import Callable

from lab.packet import arp, ethernet, icmp, ipv4, ipv6, tcp, udp
from lab.packet.arp import Arp
from lab.packet.dns import find_dns
from lab.packet.ethernet import Ethernet
from lab.packet.field import Problem, cut_off
from lab.packet.header import Header
from lab.packet.icmp import Icmp
from lab.packet.icmpv6 import Icmpv6
from lab.packet.ipv4 import Ipv4
from lab.packet.ipv6 import Ipv6
from lab.packet.ipv6_extension import EXTENSIONS, Fragment, Routing
from lab.packet.number import (
    ETHERTYPE_ARP,
    ETHERTYPE_IPV4,
    ETHERTYPE_IPV6,
    FRAGMENT,
    ICMP,
    ICMPV6,
    TCP,
    UDP,
)
from lab.packet.packet import Packet
from lab.packet.tcp import Tcp
from lab.packet.udp import Udp

DNS_PORT = 53

_Span = tuple[int, int]
_Pseudo = Callable[[int, int], bytes]


def decode(
    data: bytes, *, time_ns: int = 0, number: int = 0, wire_length: int | None = None
) -> Packet:
    """Return the packet that these bytes of an Ethernet frame are; no bytes raise anything.

    ``time_ns`` is in nanoseconds since the epoch, ``number`` counts from 1 within a capture,
    ``wire_length`` is the frame's length on the wire where the capture kept less of it.
    """
    headers: list[Header] = []
    problems: list[Problem] = []
    if wire_length is None:
        wire_length = len(data)
    elif wire_length > len(data):
        problems.append(cut_off("Ethernet", 0, len(data), wire_length, "frame"))
    span = _frame(data, headers, problems)
    return Packet(data, tuple(headers), tuple(problems), span, time_ns, number, wire_length)


def decode_datagram(data: bytes) -> Packet:
    """Return the packet that begins with an IP header, as ICMP errors quote it."""
    headers: list[Header] = []
    problems: list[Problem] = []
    version = data[0] >> 4 if data else 0
    read = {4: _ipv4, 6: _ipv6}.get(version, _unknown)
    span = read(data, 0, headers, problems)
    return Packet(data, tuple(headers), tuple(problems), span, 0, 0, len(data))


def _frame(data: bytes, headers: list[Header], problems: list[Problem]) -> _Span:
    size = len(data)
    if size < ethernet.LENGTH:
        problems.append(cut_off("Ethernet", 0, size, ethernet.LENGTH))
        return 0, size
    raw = ethernet.FIXED.unpack_from(data)
    headers.append(Ethernet(data, 0, ethernet.LENGTH, raw))
    ethertype = raw[0]
    if ethertype == ETHERTYPE_IPV4:
        return _ipv4(data, ethernet.LENGTH, headers, problems)
    if ethertype == ETHERTYPE_IPV6:
        return _ipv6(data, ethernet.LENGTH, headers, problems)
    if ethertype == ETHERTYPE_ARP:
        return _arp(data, ethernet.LENGTH, headers, problems)
    return ethernet.LENGTH, size


def _unknown(data: bytes, start: int, headers: list[Header], problems: list[Problem]) -> _Span:
    problems.append(Problem("IP", start, "neither an IPv4 nor an IPv6 header begins here"))
    return start, len(data)


def _arp(data: bytes, start: int, headers: list[Header], problems: list[Problem]) -> _Span:
    have = len(data) - start
    if have < arp.LENGTH:
        problems.append(cut_off("ARP", start, have, arp.LENGTH, "packet"))
        return start, len(data)
    raw = arp.FIXED.unpack_from(data, start)
    if raw[:4] != arp.IPV4_OVER_ETHERNET:
        problems.append(Problem("ARP", start, "this ARP is not about IPv4 over Ethernet"))
        return start, len(data)
    headers.append(Arp(data, start, arp.LENGTH, raw))
    # What follows 28 bytes of ARP is Ethernet's padding.
    return start + arp.LENGTH, start + arp.LENGTH


def _ipv4(data: bytes, start: int, headers: list[Header], problems: list[Problem]) -> _Span:
    size = len(data)
    if size - start < ipv4.LENGTH:
        problems.append(cut_off("IPv4", start, size - start, ipv4.LENGTH))
        return start, size
    raw = ipv4.FIXED.unpack_from(data, start)
    version, length, total = raw[0] >> 4, (raw[0] & 0x0F) * 4, raw[2]
    if version != 4 or length < ipv4.LENGTH:
        what = f"the first byte 0x{raw[0]:02x} is not IPv4's: version {version}, IHL {length // 4}"
        problems.append(Problem("IPv4", start, what))
        return start, size
    header = Ipv4(data, start, min(length, size - start), raw)
    headers.append(header)
    if size - start < length:
        problems.append(cut_off("IPv4", start, size - start, length))
        return size, size
    stop = start + total
    if total < length:
        what = f"Total Length {total} is less than the header's {length} bytes"
        problems.append(Problem("IPv4", start + 2, what))
        return start + length, size
    if stop > size:
        problems.append(cut_off("IPv4", start, size - start, total, "datagram"))
    begin = start + length
    word = raw[4] & 0x3FFF
    if word & 0x1FFF:
        return begin, min(stop, size)
    if stop > size:
        return _carried(raw[6], data, begin, size, None, word == 0, headers, problems)
    pseudo = None if word or header.source_routed else header.pseudo
    return _carried(raw[6], data, begin, stop, pseudo, word == 0, headers, problems)


def _ipv6(data: bytes, start: int, headers: list[Header], problems: list[Problem]) -> _Span:
    size = len(data)
    if size - start < ipv6.LENGTH:
        problems.append(cut_off("IPv6", start, size - start, ipv6.LENGTH))
        return start, size
    raw = ipv6.FIXED.unpack_from(data, start)
    if raw[0] >> 28 != 6:
        what = f"the first byte 0x{data[start]:02x} is not IPv6's: version {raw[0] >> 28}"
        problems.append(Problem("IPv6", start, what))
        return start, size
    header = Ipv6(data, start, ipv6.LENGTH, raw)
    headers.append(header)
    begin = start + ipv6.LENGTH
    stop = begin + raw[1]
    pseudo: _Pseudo | None = header.pseudo
    if stop > size:
        problems.append(cut_off("IPv6", start, size - start, ipv6.LENGTH + raw[1], "packet"))
        stop = size
        pseudo = None
    following, whole = raw[2], True
    while following in EXTENSIONS:
        kind = EXTENSIONS[following]
        need = 8 if following == FRAGMENT or begin + 2 > stop else data[begin + 1] * 8 + 8
        if stop - begin < need:
            problems.append(cut_off("IPv6 extension", begin, stop - begin, need))
            return begin, stop
        extension = kind(data, begin, need)
        headers.append(extension)
        following = data[begin]
        begin += need
        if isinstance(extension, Fragment):
            if extension.fragment_offset:
                return begin, stop
            if extension.more_fragments:
                pseudo, whole = None, False
        elif isinstance(extension, Routing) and extension.segments_left:
            pseudo = None
    return _carried(following, data, begin, stop, pseudo, whole, headers, problems)


def _carried(
    protocol: int,
    data: bytes,
    start: int,
    stop: int,
    pseudo: _Pseudo | None,
    whole: bool,
    headers: list[Header],
    problems: list[Problem],
) -> _Span:
    """Read what an IP datagram carries between two offsets.

    ``pseudo`` is None where checksums cannot be judged; ``whole`` is False for a first fragment.
    """
    if protocol == TCP:
        return _tcp(data, start, stop, pseudo, whole, headers, problems)
    if protocol == UDP:
        return _udp(data, start, stop, pseudo, whole, headers, problems)
    if protocol in (ICMP, ICMPV6):
        if stop - start < icmp.LENGTH:
            name = "ICMP" if protocol == ICMP else "ICMPv6"
            problems.append(cut_off(name, start, stop - start, icmp.LENGTH))
            return start, stop
        raw = icmp.FIXED.unpack_from(data, start)
        message: Header
        if protocol == ICMP:
            judged = pseudo is not None
            message = Icmp(data, start, icmp.LENGTH, raw, stop, decode_datagram, judged)
        else:
            message = Icmpv6(data, start, raw, stop, decode_datagram, pseudo)
        headers.append(message)
        return start + message.length, stop
    return start, stop


def _tcp(
    data: bytes,
    start: int,
    stop: int,
    pseudo: _Pseudo | None,
    whole: bool,
    headers: list[Header],
    problems: list[Problem],
) -> _Span:
    have = stop - start
    if have < tcp.LENGTH:
        problems.append(cut_off("TCP", start, have, tcp.LENGTH))
        return start, stop
    raw = tcp.FIXED.unpack_from(data, start)
    length = (raw[4] >> 4) * 4
    if length < tcp.LENGTH:
        what = f"Data Offset {length // 4} is less than the 5 words of a TCP header"
        problems.append(Problem("TCP", start + 12, what))
        length = tcp.LENGTH
    elif length > have:
        problems.append(cut_off("TCP", start, have, length))
        length = have
    headers.append(Tcp(data, start, length, raw, stop, pseudo))
    begin = start + length
    if whole and (raw[0] == DNS_PORT or raw[1] == DNS_PORT):
        find_dns(data, begin, stop, True, headers, problems)
    return begin, stop


def _udp(
    data: bytes,
    start: int,
    stop: int,
    pseudo: _Pseudo | None,
    whole: bool,
    headers: list[Header],
    problems: list[Problem],
) -> _Span:
    have = stop - start
    if have < udp.LENGTH:
        problems.append(cut_off("UDP", start, have, udp.LENGTH))
        return start, stop
    raw = udp.FIXED.unpack_from(data, start)
    length = raw[2]
    if length < udp.LENGTH:
        what = f"Length {length} is less than the 8 bytes of a UDP header"
        problems.append(Problem("UDP", start + 4, what))
        pseudo = None
    elif length <= have:
        stop = start + length
    else:
        pseudo = None
        if whole:
            problems.append(cut_off("UDP", start, have, length, "datagram"))
    headers.append(Udp(data, start, udp.LENGTH, raw, stop, pseudo))
    begin = start + udp.LENGTH
    if whole and (raw[0] == DNS_PORT or raw[1] == DNS_PORT):
        find_dns(data, begin, stop, False, headers, problems)
    return begin, stop
