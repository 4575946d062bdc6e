"""A large datagram travels in fragments"""

import hashlib

import pytest

from lab import Program, Scenario, Udp

DEMO = Udp(15006)
LARGE, TOO_LARGE = 4000, 65536
UDP_HEADER = 8

scenario = Scenario(
    part="C",
    lectures=[3],
    server=Program("server.py", listens_on=DEMO),
    client=Program("client.py", "server", LARGE, TOO_LARGE),
)


def fragments(observed, at="client"):
    """Return the fragments at a host, in the order of their places in the datagram."""
    packets = observed.conversation(DEMO, at=at).packets
    return sorted(packet.fragment for packet in packets)


def test_the_server_receives_the_large_datagram_whole_with_one_call(observed):
    (datagram,) = observed.conversation(DEMO).datagrams
    digest = hashlib.sha256(datagram.data).hexdigest()[:8]
    assert len(datagram.data) == LARGE
    assert observed.server.stdout == [f"received {LARGE} bytes, digest {digest}"]


def test_the_client_sent_just_what_the_server_received(observed):
    ((received,),) = observed.server.findall("digest (.+)")
    assert observed.client.stdout[0] == f"{LARGE} bytes: sent, digest {received}"


def test_on_the_wire_it_is_several_packets_each_small_enough_for_the_link(observed):
    packets = observed.conversation(DEMO).packets
    assert len(packets) >= 3
    assert all(len(packet.data) <= 1514 for packet in packets)


@pytest.mark.parametrize("host", ["client", "server"])
def test_the_offsets_say_where_each_fragment_belongs_without_gap_or_overlap(observed, host):
    expected = 0
    for part in fragments(observed, at=host):
        assert part.offset == expected
        assert part.offset % 8 == 0
        expected += part.stop - part.start
    assert expected == UDP_HEADER + LARGE


@pytest.mark.parametrize("host", ["client", "server"])
def test_every_fragment_but_the_last_announces_more(observed, host):
    *others, last = fragments(observed, at=host)
    assert all(part.more for part in others)
    assert not last.more


def test_the_fragments_of_one_datagram_share_one_identification(observed):
    parts = fragments(observed)
    assert len(parts) > 1
    assert len({part.identification for part in parts}) == 1


def test_only_the_first_fragment_has_a_udp_header(observed):
    (first,) = [packet for packet in observed.conversation(DEMO).packets if packet.udp]
    assert not first.is_later_fragment
    assert first.udp.udp_length == UDP_HEADER + LARGE


def test_a_datagram_larger_than_udp_allows_is_refused_by_the_clients_own_kernel(observed):
    assert observed.client.stdout[1:] == [f"{TOO_LARGE} bytes: EMSGSIZE, Message too long"]
    assert len(observed.conversation(DEMO).datagrams) == 1
