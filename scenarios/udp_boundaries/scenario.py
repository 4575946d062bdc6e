"""UDP keeps the boundary of each datagram"""

import pytest

from lab import Program, Scenario, Udp

DEMO = Udp(15005)
SENT = [b"one", b"two two", b"three three three", b"", b"This is longer than ten bytes.", b"end"]
UDP_HEADER = 8

scenario = Scenario(
    part="C",
    lectures=[6],
    server=Program("server.py", listens_on=DEMO),
    client=Program("client.py", "server"),
)


def test_each_receive_gives_one_datagram_never_half_of_one_and_never_two(observed):
    first_three = ["3 bytes: 'one'", "7 bytes: 'two two'", "17 bytes: 'three three three'"]
    assert observed.server.stdout[:3] == first_three


def test_an_empty_datagram_is_received_as_such_and_ends_nothing(observed):
    assert observed.server.stdout[3] == "0 bytes: ''"
    assert len(observed.server.stdout) > 4


def test_a_datagram_that_finds_too_little_room_is_cut_off_and_its_rest_is_lost(observed):
    assert observed.server.stdout[4:] == ["10 bytes, cut off: 'This is lo'", "3 bytes: 'end'"]


def test_the_client_cannot_tell_that_one_was_cut_off(observed):
    assert observed.client.stdout == [f"sent {len(message)} bytes" for message in SENT]


@pytest.mark.parametrize("host", ["client", "server"])
def test_every_send_is_one_packet_with_just_its_bytes(observed, host):
    packets = observed.conversation(DEMO, at=host).packets
    assert [packet.payload for packet in packets] == SENT


def test_the_udp_header_says_how_long_each_datagram_is(observed):
    lengths = [packet.udp.udp_length for packet in observed.conversation(DEMO).packets]
    assert lengths == [UDP_HEADER + len(message) for message in SENT]
