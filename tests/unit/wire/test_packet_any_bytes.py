"""Whatever the wire brings, decoding gives a value: it never raises and never looks outside."""

from __future__ import annotations

import struct

import pytest
from frames import ENDS6, ethernet, frame, icmp
from hypothesis import example, given
from hypothesis import strategies as st
from packet_frames import captured_frames, datagram, hello, look_at_everything, syn

from lab.wire.packet import decode

FRAMES = captured_frames()
ETHERTYPES = st.sampled_from([0x0800, 0x86DD, 0x0806])
PROTOCOLS = st.sampled_from([0, 1, 6, 17, 43, 44, 58, 59, 60, 253])


@given(st.binary(max_size=200))
@example(b"")
@example(bytes(14))
def test_any_bytes_are_a_packet(data: bytes) -> None:
    look_at_everything(decode(data))


@given(st.binary(max_size=200))
def test_any_bytes_that_an_error_might_quote_are_a_packet(data: bytes) -> None:
    quoted = decode(frame(icmp(data, kind=3), 1)).quoted
    assert quoted is not None
    look_at_everything(quoted)


@given(ETHERTYPES, st.binary(max_size=200))
def test_any_bytes_after_an_ethernet_header_are_a_packet(ethertype: int, rest: bytes) -> None:
    look_at_everything(decode(ethernet(rest, ethertype)))


@given(PROTOCOLS, st.binary(max_size=200), st.binary(max_size=40))
def test_any_bytes_in_an_ipv4_datagram_are_a_packet(
    protocol: int, rest: bytes, options: bytes
) -> None:
    look_at_everything(decode(frame(rest, protocol, options=options)))


@given(PROTOCOLS, st.binary(max_size=200))
def test_any_bytes_in_an_ipv6_packet_are_a_packet(following: int, rest: bytes) -> None:
    look_at_everything(decode(frame(rest, following, ENDS6)))


@given(st.binary(max_size=200))
def test_any_bytes_sent_to_a_name_server_are_a_packet(message: bytes) -> None:
    look_at_everything(decode(datagram(message, port=53)))


@given(words=st.lists(st.integers(0, 3), min_size=4, max_size=4), rest=st.binary(max_size=150))
def test_any_bytes_after_a_believable_dns_header_are_a_packet(
    words: list[int], rest: bytes
) -> None:
    message = struct.pack("!6H", 1, 0x8180, *words) + rest
    look_at_everything(decode(datagram(message, port=53)))


@given(
    kind=st.sampled_from([1, 2, 3, 4, 128, 129, 130, 131, 132, 133, 134, 135, 136, 137, 143, 200]),
    rest=st.binary(max_size=80),
)
def test_any_bytes_in_an_icmpv6_message_are_a_packet(kind: int, rest: bytes) -> None:
    look_at_everything(decode(frame(bytes((kind, 0, 0, 0)) + rest, 58, ENDS6)))


@given(kind=st.integers(0, 20), rest=st.binary(max_size=80))
def test_any_bytes_in_an_icmp_message_are_a_packet(kind: int, rest: bytes) -> None:
    look_at_everything(decode(frame(bytes((kind, 0, 0, 0)) + rest, 1)))


@given(st.sampled_from(FRAMES), st.data())
def test_a_real_packet_with_bytes_changed_is_a_packet(frame: bytes, data: st.DataObject) -> None:
    changed = bytearray(frame)
    at = st.integers(0, min(len(frame), 120) - 1)
    for place, byte in data.draw(st.lists(st.tuples(at, st.integers(0, 255)), max_size=6)):
        changed[place] = byte
    look_at_everything(decode(bytes(changed)))


@pytest.mark.parametrize(
    "frame",
    [syn(), hello(), hello(ENDS6), datagram(), datagram(ends=ENDS6)],
    ids=["SYN", "TCP over IPv4", "TCP over IPv6", "UDP over IPv4", "UDP over IPv6"],
)
def test_a_packet_cut_off_anywhere_says_so(frame: bytes) -> None:
    assert decode(frame).problems == ()
    for size in range(len(frame)):
        packet = decode(frame[:size])
        look_at_everything(packet)
        assert packet.problems, f"nothing is wrong with {size} of {len(frame)} bytes"
        assert any("cut off" in problem.what for problem in packet.problems)


@given(st.sampled_from(FRAMES), st.data())
def test_a_real_packet_that_the_capture_cut_off_says_so(frame: bytes, data: st.DataObject) -> None:
    size = data.draw(st.integers(0, len(frame) - 1))
    packet = decode(frame[:size], wire_length=len(frame))
    look_at_everything(packet)
    assert packet.problems[0].what == (
        f"Ethernet frame cut off: {size} of {len(frame)} bytes captured"
    )


def test_every_packet_of_the_captures_is_whole_and_right() -> None:
    assert len(FRAMES) > 100
    for data in FRAMES:
        packet = decode(data)
        look_at_everything(packet)
        assert packet.problems == ()
        assert packet.checksums_ok
