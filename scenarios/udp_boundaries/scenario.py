"""UDP keeps the boundary of each datagram"""

import pytest

from lab import Program, Scenario, Udp

DEMO = Udp(15005)
UDP_HEADER = 8

scenario = Scenario(
    part="C",
    lectures=[6],
    server=Program("server.py", listens_on=DEMO),
    client=Program("client.py", "server", "{word}", "{word2}", "{word3}"),
)


def sent(observed):
    one, two, three = observed.word, observed.word2, observed.word3
    return [one, f"{one} {two}", f"{one} {two} {three}", "", f"{three} and {two}", three]


def test_each_receive_gives_one_datagram_never_half_of_one_and_never_two(observed):
    first_three = [f"{len(message)} bytes: '{message}'" for message in sent(observed)[:3]]
    assert observed.server.stdout[:3] == first_three


def test_an_empty_datagram_is_received_as_such_and_ends_nothing(observed):
    assert observed.server.stdout[3] == "0 bytes: ''"
    assert len(observed.server.stdout) > 4


def test_a_datagram_that_finds_too_little_room_is_cut_off_and_its_rest_is_lost(observed):
    *_, long, last = sent(observed)
    assert observed.server.stdout[4:] == [f"10 bytes, cut off: '{long[:10]}'", f"6 bytes: '{last}'"]


def test_the_client_cannot_tell_that_one_was_cut_off(observed):
    assert observed.client.stdout == [f"sent {len(message)} bytes" for message in sent(observed)]


@pytest.mark.parametrize("host", ["client", "server"])
def test_every_send_is_one_packet_with_just_its_bytes_and_nothing_comes_back(observed, host):
    packets = observed.conversation(DEMO, at=host).packets
    assert [packet.payload.decode() for packet in packets] == sent(observed)


def test_the_udp_header_says_how_long_each_datagram_is(observed):
    lengths = [packet.udp.udp_length for packet in observed.conversation(DEMO).packets]
    assert lengths == [UDP_HEADER + len(message) for message in sent(observed)]


def test_the_kernel_marks_the_datagram_that_it_cut_off(observed):
    received = observed.server.calls("recvmsg", of=DEMO)
    assert [call.flags for call in received] == ["", "", "", "", "MSG_TRUNC", ""]
    assert [call.length for call in received] == [*map(len, sent(observed)[:4]), 10, 6]
