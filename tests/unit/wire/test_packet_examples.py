"""Packets whose bytes a person can read, and what decoding says of each."""

from __future__ import annotations

import frames
import pytest
from frames import CLIENT4, CLIENT6, ENDS6, ethernet, frame
from packet_frames import SYN_OPTIONS, datagram, hello, syn

from lab.errors import UnknownName
from lab.wire.address import Address
from lab.wire.packet import (
    Flags,
    Fragment,
    Packet,
    Problem,
    decode,
)

SYN = bytes.fromhex(
    "020000000014 02000000000a 0800"  # to the server, from the client, IPv4
    "45 00 003c 1926 4000 40 06 0cdf"  # 60 bytes, don't fragment, 64 hops, TCP
    "0a4d000a 0a4d0014"  # 10.77.0.10 to 10.77.0.20
    "9c40 3a98 5e3b0778 00000000"  # port 40000 to 15000
    "a0 02 faf0 39c5 0000"  # 40 bytes of header, SYN, window 64240
    "020405b4 0402 080aa56e1c9500000000 01 03030a"
)

PORT_UNREACHABLE = bytes.fromhex(
    "02000000000a 020000000014 0800"
    "45 c0 0038 0001 0000 40 01 6580"  # 56 bytes, ICMP
    "0a4d0014 0a4d000a"
    "03 03 0000 00000000"  # destination unreachable, port unreachable
    "45 00 002a 0002 4000 40 11 0000"  # it quotes 28 bytes of a UDP datagram
    "0a4d000a 0a4d0014"
    "9c41 3e7f 0016 0000"
)


def only_problem(packet: Packet) -> Problem:
    assert len(packet.problems) == 1, packet.problems
    return packet.problems[0]


def test_a_syn_is_read_to_its_last_option() -> None:
    packet = decode(SYN, number=3, time_ns=5)
    assert (packet.number, packet.time_ns, packet.wire_length) == (3, 5, 74)
    assert packet.source == Address("10.77.0.10", 40000)
    assert packet.destination == Address("10.77.0.20", 15000)
    assert packet.protocol == "tcp"
    assert packet.payload == b""
    assert packet.checksums_ok
    assert packet.problems == ()
    assert packet.ethernet is not None
    assert packet.ethernet.source == "02:00:00:00:00:0a"
    tcp = packet.tcp
    assert tcp is not None
    assert tcp.flags == Flags.SYN
    assert tcp.sequence == 0x5E3B0778
    assert (tcp.mss, tcp.window_scale, tcp.window) == (1460, 10, 64240)
    assert [option.name for option in tcp.options] == [
        "Maximum Segment Size",
        "SACK-Permitted",
        "Timestamps",
        "No-Operation",
        "Window Scale",
    ]


def test_a_field_says_its_name_its_text_and_its_bits() -> None:
    tcp = decode(SYN).tcp
    assert tcp is not None
    offset = tcp.field("Data Offset")
    assert (offset.value, offset.text) == (10, "10 (40 bytes)")
    assert (offset.bit_offset, offset.bits) == (46 * 8, 4)
    assert (offset.start, offset.stop) == (46, 47)
    assert tcp.field("Checksum").text == "0x39c5 (correct)"
    assert tcp.field("Control Bits").text == "SYN"
    assert tcp.field("Timestamps").text == "TSval 2775456917, TSecr 0"
    assert tcp.field("Window Scale").text == "10 (multiply by 1024)"


def test_a_field_that_a_header_does_not_have_is_refused_with_those_it_has() -> None:
    tcp = decode(SYN).tcp
    assert tcp is not None
    with pytest.raises(UnknownName, match="Sequence Number"):
        tcp.field("Seq")


def test_the_fields_of_a_header_cover_every_bit_of_it() -> None:
    for data in (SYN, datagram(), hello(ENDS6)):
        for header in decode(data).headers:
            at = header.start * 8
            for field in header.fields:
                assert field.bit_offset == at, field
                at += field.bits
            assert at == (header.start + header.length) * 8


def test_flags_are_named_as_people_say_them() -> None:
    assert str(Flags.SYN | Flags.ACK) == "SYN ACK"
    assert (Flags.ACK | Flags.FIN).names == ("FIN", "ACK")
    assert Flags(0).names == ()


def test_one_wrong_bit_makes_the_checksum_wrong() -> None:
    for place in (16, 24, 40, 60):
        changed = bytearray(SYN)
        changed[place + 6] ^= 1
        assert not decode(bytes(changed)).checksums_ok


def test_ethernet_padding_is_no_payload() -> None:
    packet = decode(hello() + bytes(20))
    assert packet.payload == b"Hello World"
    assert packet.checksums_ok
    assert packet.problems == ()


def test_a_header_cut_off_says_how_many_bytes_are_there() -> None:
    assert only_problem(decode(SYN[:10])).what == "Ethernet header cut off: 10 of 14 bytes captured"
    assert only_problem(decode(SYN[:24])).what == "IPv4 header cut off: 10 of 20 bytes captured"
    packet = decode(SYN[:46])
    assert [problem.what for problem in packet.problems] == [
        "IPv4 datagram cut off: 32 of 60 bytes captured",
        "TCP header cut off: 12 of 20 bytes captured",
    ]
    assert packet.tcp is None


def test_the_ports_of_a_segment_cut_off_after_them_are_known() -> None:
    packet = decode(SYN[:38])
    assert packet.source == Address("10.77.0.10", 40000)
    assert packet.destination == Address("10.77.0.20", 15000)
    assert decode(SYN[:37]).source == Address("10.77.0.10", None)


def test_a_segment_cut_off_within_its_options_keeps_the_whole_ones() -> None:
    packet = decode(SYN[:65])
    tcp = packet.tcp
    assert tcp is not None
    assert [option.kind for option in tcp.options] == [2, 4]
    assert tcp.checksum_ok is None


def test_a_tcp_option_whose_length_cannot_be_is_a_problem() -> None:
    for options in (b"\x02\x00\x00\x00", b"\x02\x01\x00\x00", b"\x01\x01\x02\x09", b"\1\1\1\2"):
        problem = only_problem(decode(frame(frames.tcp(options=options), 6)))
        assert problem.what == "a TCP option's length does not fit the header"
        assert problem.layer == "TCP"


def test_a_data_offset_too_small_is_a_problem() -> None:
    segment = frames.tcp(b"abc", data_offset=4)
    problem = only_problem(decode(frame(segment, 6)))
    assert problem == Problem("TCP", 46, "Data Offset 4 is less than the 5 words of a TCP header")


def test_a_udp_length_that_cannot_be_is_a_problem() -> None:
    short, long = bytearray(datagram()), bytearray(datagram())
    short[39], long[39] = 7, 14
    assert "less than the 8 bytes" in only_problem(decode(bytes(short))).what
    what = only_problem(decode(bytes(long))).what
    assert what == "UDP datagram cut off: 13 of 14 bytes captured"


def test_a_total_length_smaller_than_the_header_is_a_problem() -> None:
    data = frames.ipv4(b"", 6, total_length=12)
    assert "Total Length 12" in only_problem(decode(ethernet(data, 0x0800))).what


def test_an_ethertype_of_ip_without_its_version_is_a_problem() -> None:
    assert "version 6" in only_problem(decode(ethernet(b"\x60" + bytes(40), 0x0800))).what
    assert "version 4" in only_problem(decode(ethernet(b"\x45" + bytes(40), 0x86DD))).what


def test_a_udp_checksum_of_zero_says_none_over_ipv4_and_is_wrong_over_ipv6() -> None:
    four, six = bytearray(datagram()), bytearray(datagram(ends=ENDS6))
    four[40:42] = six[60:62] = bytes(2)
    udp4, udp6 = decode(bytes(four)).udp, decode(bytes(six)).udp
    assert udp4 is not None
    assert udp6 is not None
    assert udp4.checksum_ok is None
    assert udp6.checksum_ok is False


def test_the_first_fragment_has_ports_and_the_later_ones_have_none() -> None:
    whole = datagram(bytes(100))[34:]
    start = decode(frame(whole[:48], 17, more_fragments=True))
    rest = decode(frame(whole[48:], 17, fragment_offset=48))
    assert start.udp is not None
    assert start.udp.checksum_ok is None
    assert start.source == Address(CLIENT4, 40000)
    assert not start.is_later_fragment
    assert rest.udp is None
    assert rest.protocol == "udp"
    assert rest.source == Address(CLIENT4, None)
    assert rest.is_later_fragment
    assert rest.payload == whole[48:]
    assert start.problems == rest.problems == ()


def test_a_later_fragment_of_ipv6_has_no_ports_either() -> None:
    body = frames.fragment(bytes(16), 6, 7, offset=1448)
    packet = decode(frame(body, 44, ENDS6))
    assert packet.is_later_fragment
    assert packet.protocol == "tcp"
    assert packet.tcp is None
    assert packet.source == Address(CLIENT6, None)


def test_a_packet_still_on_its_source_route_has_no_checksum_to_judge() -> None:
    segment = hello(ENDS6)[54:]
    for left, judged in ((1, None), (0, True)):
        route = frames.routing(segment, 6, routing_type=2, segments_left=left)
        tcp = decode(frame(route, 43, ENDS6)).tcp
        assert tcp is not None
        assert tcp.checksum_ok is judged


def test_a_source_route_over_ipv4_leaves_no_checksum_to_judge_either() -> None:
    route = bytes((131, 7, 4, 10, 77, 0, 1))
    tcp = decode(frame(hello()[34:], 6, options=route)).tcp
    assert tcp is not None
    assert tcp.checksum_ok is None


def test_a_udp_checksum_that_comes_out_as_zero_is_sent_as_ones() -> None:
    udp = decode(datagram(bytes(2))).udp
    assert udp is not None
    balanced = decode(datagram(udp.checksum.to_bytes(2, "big"))).udp
    assert balanced is not None
    assert balanced.checksum == 0xFFFF
    assert balanced.checksum_ok


def test_the_last_fragment_of_the_longest_packet_is_placed_at_its_end() -> None:
    body = frames.fragment(b"x", 17, 1, offset=65528)
    fragment = decode(frame(body, 44, ENDS6)).headers[-1]
    assert isinstance(fragment, Fragment)
    assert fragment.fragment_offset == 65528


@pytest.mark.parametrize("options", ["1e05 00000000", "1e04 00000000", "0101 00 1e02 1e", "ff" * 6])
def test_an_ipv6_option_longer_than_its_header_is_a_problem(options: str) -> None:
    header = b"\x3b\x00" + bytes.fromhex(options)
    packet = decode(frame(header + bytes(8), 0, ENDS6))
    broken = options != "1e04 00000000"
    assert bool(packet.problems) == broken
    if broken:
        assert only_problem(packet).what == "an IPv6 option's length does not fit the header"


def test_reserved_bits_of_tcp_are_shown_as_sent() -> None:
    segment = frames.tcp(reserved=15)
    tcp = decode(frame(segment, 6)).tcp
    assert tcp is not None
    assert tcp.reserved == 15


def test_an_icmp_error_quotes_the_datagram_that_caused_it() -> None:
    packet = decode(PORT_UNREACHABLE)
    icmp = packet.icmp
    assert icmp is not None
    assert icmp.message == "destination unreachable: port unreachable"
    assert packet.protocol == "icmp"
    assert packet.source == Address("10.77.0.20", None)
    quoted = packet.quoted
    assert quoted is not None
    assert packet.payload_start == 42
    assert quoted.source == Address("10.77.0.10", 40001)
    assert quoted.destination == Address("10.77.0.20", 15999)
    assert quoted.udp is not None


def test_a_quote_of_eight_bytes_of_tcp_still_tells_the_ports() -> None:
    quote = SYN[14:42]
    message = frames.icmp(quote, kind=3, code=1)
    packet = decode(frame(message, 1))
    quoted = packet.quoted
    assert quoted is not None
    assert quoted.destination == Address("10.77.0.20", 15000)
    assert quoted.protocol == "tcp"
    assert packet.icmp_any is not None
    assert packet.icmp_any.checksum_ok


@pytest.mark.parametrize(
    ("kind", "code", "said"),
    [
        (0, 0, "echo reply"),
        (3, 0, "destination unreachable: network unreachable"),
        (3, 4, "destination unreachable: fragmentation needed"),
        (11, 0, "time exceeded: time to live exceeded in transit"),
        (5, 1, "redirect: for the host"),
        (77, 0, "type 77"),
        (3, 99, "destination unreachable: code 99"),
    ],
)
def test_icmp_messages_are_said_in_words(kind: int, code: int, said: str) -> None:
    icmp = decode(frame(frames.icmp(kind=kind, code=code), 1)).icmp
    assert icmp is not None
    assert icmp.message == said


def test_icmp_errors_tell_the_mtu_the_router_and_the_place() -> None:
    rest = bytes.fromhex("00000578")
    needed = decode(frame(frames.icmp(kind=3, code=4, rest=rest), 1)).icmp
    too_big = decode(frame(frames.icmpv6(kind=2, rest=rest), 58, ENDS6)).icmpv6
    redirect = decode(frame(frames.icmp(kind=5, rest=bytes((10, 77, 0, 1))), 1)).icmp
    problem = decode(frame(frames.icmp(kind=12, rest=bytes((20, 0, 0, 0))), 1)).icmp
    assert needed is not None
    assert too_big is not None
    assert redirect is not None
    assert problem is not None
    assert needed.mtu == too_big.mtu == 1400
    assert needed.field("Next-Hop MTU").start == 40
    assert redirect.target == "10.77.0.1"
    assert problem.pointer == 20
    assert needed.identifier is None


def test_an_icmpv6_message_cut_off_within_its_fixed_part_is_a_problem() -> None:
    message = frames.icmpv6(bytes(8), kind=135)
    packet = decode(frame(message, 58, ENDS6))
    assert only_problem(packet).what == "ICMPv6 message cut off: 16 of 24 bytes captured"
    assert packet.icmpv6 is not None
    assert packet.icmpv6.target is None


def test_a_neighbour_option_of_length_zero_is_a_problem() -> None:
    message = frames.icmpv6(bytes(16) + bytes(8), kind=135)
    what = only_problem(decode(frame(message, 58, ENDS6))).what
    assert what == "an option's length does not fit the message"


def test_unknown_protocols_are_named_by_what_carries_them() -> None:
    assert decode(frame(b"abc", 253)).protocol == "ipv4"
    assert decode(frame(b"abc", 253, ENDS6)).protocol == "ipv6"
    assert decode(frame(b"abc", 47)).protocol == "gre"
    assert decode(ethernet(b"abc", 0x88B5)).protocol == "ethernet"
    assert decode(b"").protocol == "ethernet"
    assert decode(ethernet(b"abc", 0x88B5)).source is None


def test_packets_with_the_same_bytes_time_and_number_are_equal() -> None:
    assert decode(syn(), number=1) == decode(syn(), number=1)
    assert decode(syn(), number=1) != decode(syn(), number=2)
    assert decode(syn()) != decode(hello())
    assert len({decode(syn()), decode(syn())}) == 1


def test_a_packet_never_changes() -> None:
    packet = decode(syn())
    with pytest.raises(AttributeError):
        packet.number = 5  # type: ignore[assignment]
    with pytest.raises(AttributeError):
        packet.note = "mine"  # type: ignore[attr-defined]
    tcp = packet.tcp
    assert tcp is not None
    with pytest.raises(AttributeError):
        tcp.sequence = 5  # type: ignore[assignment]


def test_a_packet_is_shown_on_one_line() -> None:
    assert repr(decode(hello(), number=4)) == (
        "<Packet 4: tcp 10.77.0.10:40000 → 10.77.0.20:15000 PSH ACK, 11 bytes of payload>"
    )


def test_the_options_of_a_syn_come_back_as_they_were_given() -> None:
    tcp = decode(syn()).tcp
    assert tcp is not None
    assert tcp.options == SYN_OPTIONS
