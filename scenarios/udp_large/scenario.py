"""A large datagram travels in fragments"""

import hashlib

from lab import Family, Program, Scenario, Udp
from lab.wire.packet.internet.ipv6_extension import Fragment

DEMO = Udp(15006)
LARGE, TOO_LARGE = 4000, 65536
UDP_HEADER = 8

scenario = Scenario(
    part="C",
    lectures=[3],
    server=Program("server.py", listens_on=DEMO),
    client=Program("client.py", "server", LARGE, TOO_LARGE),
)


def fragments(observed, at):
    """Return offset, more-fragments flag, identification and bytes of each fragment at a host."""
    found = []
    for packet in observed.conversation(DEMO, at=at).packets:
        if observed.family is Family.IPV4:
            part = packet.ipv4
            size = part.total_length - part.ihl * 4
        else:
            (part,) = [header for header in packet.headers if isinstance(header, Fragment)]
            size = packet.ipv6.payload_length - part.length
        found.append((part.fragment_offset, part.more_fragments, part.identification, size))
    return sorted(found)


def digest(message):
    return hashlib.sha256(message).hexdigest()[:8]


def test_the_server_receives_the_large_datagram_whole_with_one_call(observed):
    (datagram,) = observed.conversation(DEMO).datagrams
    assert len(datagram.data) == LARGE
    assert observed.server.stdout == [f"received {LARGE} bytes, digest {digest(datagram.data)}"]


def test_the_client_sent_just_what_the_server_received(observed):
    received = observed.server.stdout[0].rpartition(" ")[2]
    assert observed.client.stdout[0] == f"{LARGE} bytes: sent, digest {received}"


def test_on_the_wire_it_is_several_packets_each_small_enough_for_the_link(observed):
    packets = observed.conversation(DEMO).packets
    assert len(packets) >= 3
    assert all(len(packet.data) <= 1514 for packet in packets)


def test_the_offsets_say_where_each_fragment_belongs_without_gap_or_overlap(observed):
    for host in ("client", "server"):
        expected = 0
        for offset, _, _, size in fragments(observed, at=host):
            assert offset == expected
            assert offset % 8 == 0
            expected += size
        assert expected == UDP_HEADER + LARGE


def test_every_fragment_but_the_last_announces_more(observed):
    for host in ("client", "server"):
        more = [flag for _, flag, _, _ in fragments(observed, at=host)]
        assert more == [True] * (len(more) - 1) + [False]


def test_the_fragments_of_one_datagram_share_one_identification(observed):
    parts = fragments(observed, at="client")
    assert len(parts) > 1
    assert len({identification for _, _, identification, _ in parts}) == 1


def test_only_the_first_fragment_has_a_udp_header(observed):
    packets = observed.conversation(DEMO).packets
    assert [packet.udp is not None for packet in packets].count(True) == 1
    (first,) = [packet for packet in packets if packet.udp is not None]
    assert not first.is_later_fragment
    assert first.udp.udp_length == UDP_HEADER + LARGE


def test_a_datagram_larger_than_udp_allows_is_refused_by_the_clients_own_kernel(observed):
    assert observed.client.stdout[1:] == [f"{TOO_LARGE} bytes: EMSGSIZE, Message too long"]
    assert len(observed.conversation(DEMO).datagrams) == 1
