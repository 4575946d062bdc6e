"""What is written into a header is what decoding gives back."""

from __future__ import annotations

import frames
from frames import ENDS4, ENDS6, SERVER6, ethernet, frame
from hypothesis import given
from hypothesis import strategies as st
from packet_frames import datagram, ipv4s, macs, payloads, ports, words16, words32

from lab.wire.packet import (
    DestinationOptions,
    Flags,
    Fragment,
    HopByHop,
    Question,
    Record,
    TcpOption,
    decode,
)
from lab.wire.packet.dns.name import escaped
from lab.wire.packet.internet.ndp import NdpOption
from lab.wire.packet.transport.tcp_option import NAMES


@given(macs, macs, st.sampled_from([0x88B5, 0x88CC, 0x8864]), payloads)
def test_an_ethernet_header(source: str, destination: str, ethertype: int, payload: bytes) -> None:
    packet = decode(ethernet(payload, ethertype, (source, destination)))
    header = packet.ethernet
    assert header is not None
    assert (header.source, header.destination, header.ethertype) == (source, destination, ethertype)
    assert packet.payload == payload


@given(words16, macs, ipv4s, macs, ipv4s)
def test_an_arp_packet(
    operation: int, sender_mac: str, sender_ip: str, target_mac: str, target_ip: str
) -> None:
    body = frames.arp(operation, (sender_mac, sender_ip), (target_mac, target_ip))
    header = decode(ethernet(body, 0x0806)).arp
    assert header is not None
    assert header.operation == operation
    assert (header.sender_mac, header.sender_ip) == (sender_mac, sender_ip)
    assert (header.target_mac, header.target_ip) == (target_mac, target_ip)


@given(
    ends=st.tuples(ipv4s, ipv4s),
    numbers=st.tuples(st.integers(0, 255), words16, st.integers(0, 255)),
    flags=st.tuples(st.booleans(), st.booleans(), st.integers(0, 0x1FFF)),
    options=st.binary(max_size=38).map(lambda data: data and bytes((7, len(data) + 2)) + data),
    payload=payloads,
)
def test_an_ipv4_header(
    ends: tuple[str, str],
    numbers: tuple[int, int, int],
    flags: tuple[bool, bool, int],
    options: bytes,
    payload: bytes,
) -> None:
    tos, identification, ttl = numbers
    dont, more, offset = flags
    data = frames.ipv4(
        payload,
        253,
        ends,
        tos=tos,
        identification=identification,
        hops=ttl,
        dont_fragment=dont,
        more_fragments=more,
        fragment_offset=offset * 8,
        options=options,
    )
    packet = decode(ethernet(data, 0x0800) + b"padding")
    header = packet.ipv4
    assert header is not None
    assert (header.source, header.destination) == ends
    assert (header.tos, header.identification, header.ttl) == numbers
    assert (header.dscp << 2 | header.ecn) == tos
    assert (header.dont_fragment, header.more_fragments) == (dont, more)
    assert header.fragment_offset == offset * 8
    assert header.total_length == len(data)
    assert header.checksum_ok
    assert b"".join(option.value for option in header.options) == options[2:]
    assert packet.payload == payload


@given(
    source=st.ip_addresses(v=6),
    numbers=st.tuples(st.integers(0, 255), st.integers(0, 0xFFFFF), st.integers(0, 255)),
    payload=payloads,
)
def test_an_ipv6_header(source: object, numbers: tuple[int, int, int], payload: bytes) -> None:
    traffic_class, flow_label, hop_limit = numbers
    data = frames.ipv6(
        payload,
        59,
        (str(source), SERVER6),
        traffic_class=traffic_class,
        flow_label=flow_label,
        hops=hop_limit,
    )
    packet = decode(ethernet(data, 0x86DD) + b"padding")
    header = packet.ipv6
    assert header is not None
    assert type(source)(header.source) == source  # type: ignore[call-arg]
    assert header.destination == SERVER6
    assert (header.traffic_class, header.flow_label, header.hop_limit) == numbers
    assert header.payload_length == len(payload)
    assert packet.payload == payload


@given(st.lists(st.binary(max_size=20), max_size=4), words32, payloads)
def test_a_chain_of_extension_headers(
    values: list[bytes], identification: int, payload: bytes
) -> None:
    options = b"".join(bytes((0x1E, len(value))) + value for value in values)
    body = frames.udp(payload, between=ENDS6)
    body = frames.fragment(body, 17, identification)
    body = frames.routing(body, 44, routing_type=4, segments_left=0)
    body = frames.options_header(body, 43, options)
    body = frames.options_header(body, 60, options)
    packet = decode(frame(body, 0, ENDS6))
    assert packet.problems == ()
    names = [header.name for header in packet.headers]
    assert names == [
        "Ethernet", "IPv6", "Hop-by-Hop Options", "Destination Options", "Routing", "Fragment",
        "UDP",
    ]  # fmt: skip
    for header in packet.headers:
        if isinstance(header, HopByHop | DestinationOptions):
            found = [option.value for option in header.options if option.kind == 0x1E]
            assert found == values
        if isinstance(header, Fragment):
            assert header.identification == identification
    assert packet.checksums_ok
    assert packet.payload == payload


def _option(kind: int, value: object) -> TcpOption:
    return TcpOption(kind, NAMES.get(kind, f"Option {kind}"), value)


pairs = st.tuples(words32, words32)
tcp_options = st.lists(
    st.one_of(
        st.just(_option(1, None)),
        st.just(_option(4, None)),
        words16.map(lambda value: _option(2, value)),
        st.integers(0, 255).map(lambda value: _option(3, value)),
        st.lists(pairs, min_size=1, max_size=2).map(lambda value: _option(5, tuple(value))),
        pairs.map(lambda value: _option(8, value)),
        st.binary(max_size=4).map(lambda value: _option(254, value)),
    ),
    max_size=8,
).filter(lambda options: len(frames.tcp_options(*options)) <= 40)


@given(
    numbers=st.tuples(ports, ports, words32, words32, words16, words16),
    flags=st.integers(0, 255),
    options=tcp_options,
    payload=payloads,
)
def test_a_tcp_segment(
    numbers: tuple[int, ...], flags: int, options: list[TcpOption], payload: bytes
) -> None:
    source, destination, sequence, acknowledgment, window, urgent = numbers
    segment = frames.tcp(
        payload,
        ports=(source, destination),
        sequence=sequence,
        acknowledgment=acknowledgment,
        flags=flags,
        window=window,
        urgent_pointer=urgent,
        options=frames.tcp_options(*options),
    )
    packet = decode(frame(segment, 6))
    header = packet.tcp
    assert header is not None
    assert (
        header.source_port,
        header.destination_port,
        header.sequence,
        header.acknowledgment,
        header.window,
        header.urgent_pointer,
    ) == numbers
    assert header.flags == Flags(flags)
    assert [option for option in header.options if option.kind] == options
    assert header.checksum_ok
    assert packet.payload == payload


@given(ports, ports, payloads, st.sampled_from([ENDS4, ENDS6]))
def test_a_udp_datagram(
    source: int, destination: int, payload: bytes, ends: tuple[str, str]
) -> None:
    data = frames.udp(payload, ports=(source, destination), between=ends)
    packet = decode(frame(data, 17, ends))
    header = packet.udp
    assert header is not None
    assert (header.source_port, header.destination_port) == (source, destination)
    assert header.udp_length == 8 + len(payload)
    assert header.checksum_ok
    assert packet.payload == payload


@given(words16, words16, payloads)
def test_an_echo_of_either_version(identifier: int, sequence: int, payload: bytes) -> None:
    rest = identifier.to_bytes(2, "big") + sequence.to_bytes(2, "big")
    four = decode(frame(frames.icmp(payload, kind=8, rest=rest), 1))
    six = decode(frame(frames.icmpv6(payload, kind=128, rest=rest), 58, ENDS6))
    for packet, header in ((four, four.icmp), (six, six.icmpv6)):
        assert header is not None
        assert header.message == "echo request"
        assert (header.identifier, header.sequence) == (identifier, sequence)
        assert header.checksum_ok
        assert packet.payload == payload


@given(st.ip_addresses(v=6), macs)
def test_a_neighbour_solicitation(target: object, mac: str) -> None:
    option = NdpOption(1, "Source Link-Layer Address", bytes.fromhex(mac.replace(":", "")))
    packed = getattr(target, "packed")  # noqa: B009 - of a union that mypy does not know
    message = frames.icmpv6(packed + frames.ndp_options(option), kind=135)
    header = decode(frame(message, 58, ENDS6)).icmpv6
    assert header is not None
    assert header.message == "neighbour solicitation"
    assert header.target is not None
    assert type(target)(header.target) == target  # type: ignore[call-arg]
    assert header.options == (option,)
    assert header.field("Source Link-Layer Address").text == mac
    assert header.checksum_ok


labels = st.binary(min_size=1, max_size=20).map(lambda data: escaped(data, b"."))
names = st.lists(labels, min_size=1, max_size=4).map(".".join) | st.just(".")
strings = st.lists(st.binary(max_size=30), min_size=1, max_size=3).map(
    lambda found: " ".join('"' + escaped(data, b'"') + '"' for data in found)
)
numbers32 = st.lists(words32, min_size=5, max_size=5)
record_data = st.one_of(
    ipv4s.map(lambda data: ("A", data)),
    names.map(lambda data: ("CNAME", data)),
    names.map(lambda data: ("NS", data)),
    names.map(lambda data: ("PTR", data)),
    st.tuples(words16, names).map(lambda data: ("MX", f"{data[0]} {data[1]}")),
    strings.map(lambda data: ("TXT", data)),
    st.binary(max_size=20).map(lambda data: ("TYPE999", data.hex())),
)
records = st.builds(
    lambda name, ttl, data: Record(name, data[0], "IN", ttl, data[1]), names, words32, record_data
)
sections = st.lists(records, max_size=3).map(tuple)


@given(words16, names, sections, sections, sections)
def test_a_dns_message(
    number: int,
    name: str,
    answers: tuple[Record, ...],
    authorities: tuple[Record, ...],
    additionals: tuple[Record, ...],
) -> None:
    question = Question(name, "A")
    message = frames.dns(number, 0x8580, [question], answers, authorities, additionals)
    packet = decode(datagram(message, port=53))
    dns = packet.dns
    assert dns is not None
    assert packet.problems == ()
    assert dns.id == number
    assert (dns.qr, dns.aa, dns.tc, dns.rd, dns.ra) == (True, True, False, True, True)
    assert dns.questions == (question,)
    assert dns.answers == answers
    assert dns.authorities == authorities
    assert dns.additionals == additionals


@given(numbers32)
def test_a_start_of_authority_and_an_ipv6_address(timers: list[int]) -> None:
    data = " ".join(("ns.lab.test", "admin.lab.test", *map(str, timers)))
    answers = (
        Record("lab.test", "SOA", "IN", 60, data),
        Record("server.lab.test", "AAAA", "IN", 60, SERVER6),
    )
    packet = decode(datagram(frames.dns(1, 0, (), answers), port=53))
    assert packet.dns is not None
    assert packet.dns.answers == answers
