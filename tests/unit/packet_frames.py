"""Frames and strategies that the packet tests have in common."""

from __future__ import annotations

from frames import ENDS4, Ends, frame, tcp, tcp_options, udp
from hypothesis import strategies as st
from places import CAPTURES

from lab.wire.packet import Flags, Packet, TcpOption
from lab.wire.packet.header.number import TCP, UDP
from lab.wire.pcap import read

SYN_OPTIONS = (
    TcpOption(2, "Maximum Segment Size", 1460),
    TcpOption(4, "SACK-Permitted"),
    TcpOption(8, "Timestamps", (100, 0)),
    TcpOption(1, "No-Operation"),
    TcpOption(3, "Window Scale", 7),
)


def syn() -> bytes:
    """Return a frame with a TCP SYN that carries the usual options."""
    return frame(tcp(sequence=1000, flags=Flags.SYN, options=tcp_options(*SYN_OPTIONS)), TCP)


def hello(ends: Ends = ENDS4) -> bytes:
    """Return a frame with a TCP segment that carries ``Hello World``."""
    flags = Flags.PSH | Flags.ACK
    said = tcp(b"Hello World", sequence=1001, acknowledgment=501, flags=flags, between=ends)
    return frame(said, TCP, ends)


def datagram(payload: bytes = b"Hello", ends: Ends = ENDS4, port: int = 15001) -> bytes:
    """Return a frame with a UDP datagram."""
    return frame(udp(payload, ports=(40000, port), between=ends), UDP, ends)


def captured_frames() -> list[bytes]:
    """Return every distinct frame of the captures, the ones cut off excepted."""
    paths = sorted(CAPTURES.glob("*.pcap"))
    packets = [packet for path in paths for packet in read(path).packets]
    return sorted({p.data for p in packets if p.wire_length == len(p.data)}, key=len)


def check_places(packet: Packet) -> None:
    """Every header, field and problem lies within the captured bytes, in order."""
    size = len(packet.data)
    at = 0
    for header in packet.headers:
        assert at <= header.start <= header.start + header.length <= size
        at = header.start + header.length
        bit = header.start * 8
        for field in header.fields:
            assert bit <= field.bit_offset
            bit = field.bit_offset + field.bits
            assert header.start <= field.start <= field.stop <= at
            assert isinstance(field.text, str)
    assert 0 <= packet.payload_start <= size
    assert packet.data[packet.payload_start :].startswith(packet.payload)
    for problem in packet.problems:
        assert 0 <= problem.offset <= size
        assert problem.what


def look_at_everything(packet: Packet) -> None:
    """Ask a packet for all that it can say."""
    check_places(packet)
    repr(packet)
    hash(packet)
    assert isinstance(packet.checksums_ok, bool)
    assert packet.protocol == packet.protocol.lower()
    for end in (packet.source, packet.destination):
        assert (end is None) == (packet.ip is None)
    if packet.tcp is not None:
        assert packet.tcp.mss is None or 0 <= packet.tcp.mss < 65536
        repr(packet.tcp.options)
    if packet.dns is not None:
        dns = packet.dns
        repr((dns.questions, dns.answers, dns.authorities, dns.additionals))
    if packet.quoted is not None:
        assert packet.icmp_any is not None
        assert packet.icmp_any.message
        look_at_everything(packet.quoted)


ports = st.integers(0, 65535)
words16 = st.integers(0, 0xFFFF)
words32 = st.integers(0, 0xFFFFFFFF)
ipv4s = st.ip_addresses(v=4).map(str)
macs = st.binary(min_size=6, max_size=6).map(lambda packed: packed.hex(":"))
payloads = st.binary(max_size=100)
