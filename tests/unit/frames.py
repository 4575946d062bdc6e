"""Packets made by hand for the tests: each function returns bytes, from the inside out.

Lengths and checksums are worked out unless given. ``between`` are the IP addresses of source and
destination, of either version; ``cards`` are the hardware addresses.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from ipaddress import IPv4Address, ip_address
from typing import Any

import dns_records

from lab.wire.packet import Question, Record, TcpOption
from lab.wire.packet.header.checksum import internet_checksum, pseudo_header
from lab.wire.packet.header.number import ETHERTYPE_IPV4, ETHERTYPE_IPV6, ICMPV6, TCP, UDP
from lab.wire.packet.internet.ndp import NdpOption
from lab.wire.packet.link import arp as arp_header
from lab.wire.packet.transport import tcp_option

CLIENT4, SERVER4 = "10.77.0.10", "10.77.0.20"
CLIENT6, SERVER6 = "fd00:10:77::10", "fd00:10:77::20"
CLIENT_MAC, SERVER_MAC = "02:00:00:00:00:0a", "02:00:00:00:00:14"
ENDS4, ENDS6 = (CLIENT4, SERVER4), (CLIENT6, SERVER6)

Ends = tuple[str, str]


def frame(
    carried: bytes,
    protocol: int,
    between: Ends = ENDS4,
    *,
    cards: Ends = (CLIENT_MAC, SERVER_MAC),
    **header: Any,
) -> bytes:
    """Return an Ethernet frame with an IP packet of the addresses' version; no padding is added."""
    kind = ETHERTYPE_IPV6 if ":" in between[0] else ETHERTYPE_IPV4
    return ethernet(ip(carried, protocol, between, **header), kind, cards)


def ethernet(payload: bytes, ethertype: int, cards: Ends = (CLIENT_MAC, SERVER_MAC)) -> bytes:
    """Return a frame (RFC 894); no padding is added."""
    source, destination = map(_mac, cards)
    return destination + source + struct.pack("!H", ethertype) + payload


def arp(operation: int, sender: Ends, target: Ends) -> bytes:
    """Return an ARP packet; sender and target are hardware address and IPv4 address."""
    ends = b"".join(_mac(mac) + IPv4Address(ip).packed for mac, ip in (sender, target))
    return struct.pack("!HHBBH", *arp_header.IPV4_OVER_ETHERNET, operation) + ends


def ip(
    carried: bytes,
    protocol: int,
    between: Ends = ENDS4,
    *,
    identification: int = 0,
    **header: Any,
) -> bytes:
    """Return an IP packet of the addresses' version; see :func:`ipv4`, :func:`ipv6`.

    An IPv6 header has no identification, so that one is left out of it.
    """
    if ":" in between[0]:
        return ipv6(carried, protocol, between, **header)
    return ipv4(carried, protocol, between, identification=identification, **header)


def ipv4(
    payload: bytes,
    protocol: int,
    between: Ends = ENDS4,
    *,
    tos: int = 0,
    identification: int = 0,
    dont_fragment: bool = False,
    more_fragments: bool = False,
    fragment_offset: int = 0,
    hops: int = 64,
    options: bytes = b"",
    total_length: int | None = None,
) -> bytes:
    """Return a datagram (RFC 791); ``fragment_offset`` is in bytes and a multiple of 8."""
    options = _padded(options)
    length = 20 + len(options)
    total = length + len(payload) if total_length is None else total_length
    flags = dont_fragment << 14 | more_fragments << 13 | fragment_offset // 8
    start = (0x40 | length // 4, tos, total, identification, flags, hops, protocol)
    fixed = struct.pack("!BBHHHBBH", *start, 0)
    return _summed(fixed + _packed(between) + options, 10) + payload


def ipv6(
    payload: bytes,
    next_header: int,
    between: Ends = ENDS6,
    *,
    traffic_class: int = 0,
    flow_label: int = 0,
    hops: int = 64,
) -> bytes:
    """Return a packet (RFC 8200)."""
    word = 6 << 28 | traffic_class << 20 | flow_label
    return struct.pack("!IHBB", word, len(payload), next_header, hops) + _packed(between) + payload


def options_header(payload: bytes, next_header: int, options: bytes = b"") -> bytes:
    """Return a header of IPv6 options, filled up with PadN to a multiple of 8 (RFC 8200 §4.2)."""
    missing = -(len(options) + 2) % 8
    body = options + (bytes((1, missing - 2)) + bytes(missing - 2) if missing > 1 else b"")
    body += bytes(missing == 1)
    return bytes((next_header, (len(body) + 2) // 8 - 1)) + body + payload


def routing(payload: bytes, next_header: int, *, routing_type: int, segments_left: int) -> bytes:
    """Return a Routing header with 4 bytes of data of its type (RFC 8200 §4.4)."""
    return bytes((next_header, 0, routing_type, segments_left)) + bytes(4) + payload


def fragment(
    payload: bytes, next_header: int, identification: int, *, offset: int = 0, more: bool = False
) -> bytes:
    """Return a Fragment header (RFC 8200 §4.5); the offset is in bytes, a multiple of 8."""
    return struct.pack("!BBHI", next_header, 0, offset | more, identification) + payload


def tcp(
    payload: bytes = b"",
    *,
    ports: tuple[int, int] = (40000, 15000),
    sequence: int = 0,
    acknowledgment: int = 0,
    flags: int = 0,
    reserved: int = 0,
    window: int = 65535,
    urgent_pointer: int = 0,
    options: bytes = b"",
    data_offset: int | None = None,
    between: Ends = ENDS4,
) -> bytes:
    """Return a segment (RFC 9293)."""
    options = _padded(options)
    words = 5 + len(options) // 4 if data_offset is None else data_offset
    numbers = (*ports, sequence, acknowledgment, words << 4 | reserved, flags, window)
    segment = struct.pack("!HHIIBBHHH", *numbers, 0, urgent_pointer) + options + payload
    return _summed(segment, 16, between, TCP)


def udp(
    payload: bytes = b"",
    *,
    ports: tuple[int, int] = (40000, 15001),
    between: Ends = ENDS4,
) -> bytes:
    """Return a datagram (RFC 768)."""
    whole = struct.pack("!HHHH", *ports, 8 + len(payload), 0) + payload
    return _summed(whole, 6, between, UDP, zero=0xFFFF)


def icmp(payload: bytes = b"", *, kind: int, code: int = 0, rest: bytes = bytes(4)) -> bytes:
    """Return an ICMP message (RFC 792); ``rest`` is its second 32-bit word."""
    return _summed(bytes((kind, code, 0, 0)) + rest + payload, 2)


def icmpv6(
    payload: bytes = b"",
    *,
    kind: int,
    code: int = 0,
    rest: bytes = bytes(4),
    between: Ends = ENDS6,
) -> bytes:
    """Return an ICMPv6 message (RFC 4443); ``rest`` is its second 32-bit word."""
    return _summed(bytes((kind, code, 0, 0)) + rest + payload, 2, between, ICMPV6)


def dns(
    number: int,
    flags: int = 0,
    questions: Iterable[Question] = (),
    *sections: Iterable[Record],
) -> bytes:
    """Return a DNS message without compression (RFC 1035); sections begin with the answers.

    ``flags`` is the second 16-bit word of the header.
    """
    asked = [dns_records.question(each) for each in questions]
    rest = [[dns_records.record(each) for each in section] for section in sections]
    counts = [len(asked), *map(len, rest), *[0] * (3 - len(rest))]
    fixed = struct.pack("!6H", number, flags, *counts)
    return b"".join((fixed, *asked, *(each for section in rest for each in section)))


def tcp_options(*options: TcpOption) -> bytes:
    """Return the bytes of a TCP header's options, without padding."""
    return b"".join(map(_tcp_option, options))


def ndp_options(*options: NdpOption) -> bytes:
    """Return the options of neighbour discovery; a value's length plus 2 is a multiple of 8."""
    return b"".join(
        bytes((option.kind, (len(option.value) + 2) // 8)) + option.value for option in options
    )


def _tcp_option(option: TcpOption) -> bytes:
    value: Any = option.value
    if option.kind in (tcp_option.END, tcp_option.NO_OPERATION):
        return bytes((option.kind,))
    if value is None:
        data = b""
    elif isinstance(value, bytes):
        data = value
    elif option.kind == tcp_option.MSS:
        data = struct.pack("!H", value)
    elif option.kind == tcp_option.WINDOW_SCALE:
        data = struct.pack("!B", value)
    elif option.kind == tcp_option.TIMESTAMPS:
        data = struct.pack("!II", *value)
    else:
        data = b"".join(struct.pack("!II", *block) for block in value)
    return bytes((option.kind, len(data) + 2)) + data


def _summed(
    data: bytes, at: int, between: Ends | None = None, protocol: int = 0, zero: int = 0
) -> bytes:
    """Return the bytes with their checksum written at an offset; ``zero`` is sent instead of 0."""
    pseudo = b""
    if between is not None:
        source, destination = (ip_address(end).packed for end in between)
        pseudo = pseudo_header(source, destination, protocol, len(data))
    checksum = internet_checksum(pseudo + data) or zero
    return data[:at] + checksum.to_bytes(2, "big") + data[at + 2 :]


def _packed(between: Ends) -> bytes:
    return b"".join(ip_address(end).packed for end in between)


def _mac(text: str) -> bytes:
    return bytes.fromhex(text.replace(":", ""))


def _padded(options: bytes) -> bytes:
    """Return options filled up with End of Option List to whole 32-bit words."""
    return options + bytes(-len(options) % 4)
