"""A large datagram travels in fragments"""

from hashlib import sha256

import pytest

from lab import Program, Scenario, Udp

DEMO = Udp(15006)
LARGE, TOO_LARGE = 4000, 65536
UDP_HEADER = 8

scenario = Scenario(
    part="C",
    lectures=[3],
    server=Program("server.py", listens_on=DEMO),
    client=Program("client.py", "server", "{word}", LARGE, TOO_LARGE),
)


def test_the_server_receives_the_large_datagram_whole_with_one_call(observed):
    (datagram,) = observed.conversation(DEMO).datagrams
    digest = sha256(datagram.data).hexdigest()[:8]
    assert len(datagram.data) == LARGE
    assert datagram.data.startswith(f"{observed.word} 0001\n".encode())
    assert observed.server.stdout == [f"received {LARGE} bytes, digest {digest}"]


def test_the_client_sent_just_what_the_server_received(observed):
    ((received,),) = observed.server.findall("digest (.+)")
    assert observed.client.stdout[0] == f"{LARGE} bytes: sent, digest {received}"
    assert observed.conversation(DEMO).turns == ["client"]


def test_on_the_wire_it_is_several_packets_each_small_enough_for_the_link(observed):
    packets = observed.conversation(DEMO).packets
    assert len(packets) >= 3
    assert max(len(packet.data) for packet in packets) <= 1514


@pytest.mark.parametrize("host", ["client", "server"])
def test_the_offsets_say_where_each_fragment_belongs_without_gap_or_overlap(observed, host):
    parts = sorted(packet.fragment for packet in observed.conversation(DEMO, at=host).packets)
    ends = [part.offset + part.stop - part.start for part in parts]
    assert [part.offset for part in parts] == [0, *ends[:-1]]
    assert [part.offset % 8 for part in parts] == [0] * len(parts)
    assert ends[-1] == UDP_HEADER + LARGE


@pytest.mark.parametrize("host", ["client", "server"])
def test_fragments_share_one_identification_and_all_but_the_last_announce_more(observed, host):
    *others, last = sorted(each.fragment for each in observed.conversation(DEMO, at=host).packets)
    assert {part.identification for part in others} == {last.identification}
    assert {part.more for part in others} == {True}
    assert not last.more


def test_only_the_first_fragment_has_a_udp_header(observed):
    (first,) = [packet for packet in observed.conversation(DEMO).packets if packet.udp]
    assert not first.is_later_fragment
    assert first.udp.udp_length == UDP_HEADER + LARGE


def test_a_datagram_larger_than_udp_allows_is_refused_by_the_clients_own_kernel(observed):
    assert observed.client.stdout[1:] == [f"{TOO_LARGE} bytes: EMSGSIZE, Message too long"]
    assert len(observed.conversation(DEMO).datagrams) == 1
