"""What runs inside a host decodes what the kernel and the wire give it, whatever that is."""

from __future__ import annotations

import socket
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from played import Play, hello

from lab.hosts.agent import frame as frames
from lab.hosts.agent import sockets
from lab.wire.address import Family
from lab.wire.packet import Packet


def told(family: int, state: int, local: tuple[str, int], remote: tuple[str, int]) -> bytes:
    """Return a socket as the kernel tells it: ``struct inet_diag_msg`` of linux/inet_diag.h."""
    ends = struct.pack("!HH", local[1], remote[1])
    for ip, _ in (local, remote):
        ends += socket.inet_pton(family, ip).ljust(16, b"\0")
    ends += struct.pack("=III", 0, 1, 2)
    return struct.pack("=BBBB", family, state, 0, 0) + ends + struct.pack("=IIIII", 9, 7, 8, 6, 5)


def message(kind: int, body: bytes) -> bytes:
    """Return a netlink message with its header (netlink(7)), padded as the kernel does."""
    whole = struct.pack("=IHHII", 16 + len(body), kind, 0, 1, 0) + body
    return whole.ljust((len(whole) + 3) & ~3, b"\0")


CLIENT, SERVER = ("10.77.0.10", 40000), ("10.77.0.20", 15000)
SOCKET = told(socket.AF_INET, 1, CLIENT, SERVER)
DONE = message(sockets.NLMSG_DONE, b"\0\0\0\0")


def test_a_socket_is_read_with_its_ends_state_queues_and_owner() -> None:
    assert sockets._entry("tcp", SOCKET, 0) == sockets.Entry("tcp", *CLIENT, *SERVER, 1, 7, 8, 6, 5)


def test_an_ipv6_socket_is_read_with_its_whole_addresses() -> None:
    raw = told(socket.AF_INET6, 10, ("fd00:10:77::20", 80), ("::", 0))
    entry = sockets._entry("tcp", raw, 0)
    assert entry[1:6] == ("fd00:10:77::20", 80, "::", 0, sockets.LISTEN)


@pytest.mark.parametrize(("value", "v6only"), [(b"\0", False), (b"\1", True)])
def test_a_listening_ipv6_socket_says_whether_it_takes_ipv4(value: bytes, v6only: bool) -> None:
    raw = told(socket.AF_INET6, 10, ("::", 80), ("::", 0))
    shutdown = struct.pack("=HHB3x", 5, 8, 0)
    attribute = struct.pack("=HH", 5, sockets.INET_DIAG_SKV6ONLY) + value + b"\0\0\0"
    found: list[bytes] = []
    sockets._collect("tcp", message(20, raw + shutdown + attribute) + message(20, raw), found)
    entries = [sockets._entry("tcp", each, 0, len(each)) for each in found]
    assert [entry.v6only for entry in entries] == [v6only, None]


def test_the_kernel_tells_of_its_own_sockets_whether_they_take_ipv4() -> None:
    with (
        socket.create_server(("", 0)) as ipv4,
        socket.create_server(("", 0), family=socket.AF_INET6) as ipv6,
        socket.create_server(("", 0), family=socket.AF_INET6, dualstack_ipv6=True) as both,
    ):
        table = sockets.Table()
        told = {entry.local_port: entry.v6only for entry in table.listening()}
        table.close()
        ports = [each.getsockname()[1] for each in (ipv4, ipv6, both)]
    assert [told[port] for port in ports] == [None, True, False]


def test_a_v4_mapped_address_is_the_ipv4_address_that_it_is() -> None:
    raw = told(socket.AF_INET6, 1, ("::ffff:10.77.0.20", 80), ("::ffff:10.77.0.10", 5))
    assert sockets._entry("tcp", raw, 0)[1:5] == ("10.77.0.20", 80, "10.77.0.10", 5)


def test_a_dump_is_read_message_after_message_until_it_is_done() -> None:
    found: list[bytes] = []
    assert sockets._collect("tcp", message(20, SOCKET) * 2, found)
    assert not sockets._collect("tcp", message(20, SOCKET) + DONE + message(20, SOCKET), found)
    assert len(found) == 3


def test_a_dump_that_the_kernel_refuses_is_no_empty_one() -> None:
    refused = message(sockets.NLMSG_ERROR, struct.pack("=i", -2))
    with pytest.raises(FileNotFoundError, match="lists no udp sockets"):
        sockets._collect("udp", refused, [])


def tcp_packets(play: Play) -> list[tuple[Packet, bool]]:
    """Return what the client's tap saw of TCP, and whether the client sent it."""
    own = play.observation().client.addresses[play.family]
    return [
        (packet, packet.source.ip == own)
        for packet in play.packets["client"]
        if packet.source is not None and packet.tcp is not None
    ]


@pytest.mark.parametrize("family", Family)
def test_the_ends_of_a_tcp_packet_are_told_from_where_it_was_seen(family: Family) -> None:
    packets = tcp_packets(hello(family))
    assert {is_own for _, is_own in packets} == {True, False}
    for packet, is_own in packets:
        ends = frames.ends_of(packet.data, is_own)
        assert packet.source is not None
        assert packet.destination is not None
        local, remote = packet.source, packet.destination
        if not is_own:
            local, remote = remote, local
        assert ends == (local.ip, local.port, remote.ip, remote.port)


def test_other_packets_have_no_tcp_ends() -> None:
    play = hello()
    play.pings("client", 1)
    others = [packet for packet in play.packets["client"] if packet.tcp is None]
    assert len(others) >= 3
    assert {frames.ends_of(packet.data, True) for packet in others} == {None}


def test_a_later_fragment_has_no_ports_to_read() -> None:
    packet, _ = tcp_packets(hello())[0]
    fragment = packet.data[:20] + b"\x00\x01" + packet.data[22:]
    assert frames.ends_of(packet.data, True) is not None
    assert frames.ends_of(fragment, True) is None


HEADS = st.sampled_from([b"\x08\x00", b"\x86\xdd", b"\x88\xb5"]).map(lambda kind: b"\0" * 12 + kind)


@given(st.one_of(st.binary(max_size=90), st.tuples(HEADS, st.binary(max_size=80)).map(b"".join)))
def test_no_bytes_on_the_wire_can_end_a_tap(frame: bytes) -> None:
    for outgoing in (True, False):
        ends = frames.ends_of(frame, outgoing)
        if ends is not None:
            local_ip, local_port, remote_ip, remote_port = ends
            assert (":" in local_ip) == (":" in remote_ip)
            assert 0 <= min(local_port, remote_port) <= max(local_port, remote_port) <= 0xFFFF


def test_a_tcp_packet_that_is_cut_off_has_no_ends() -> None:
    packet, _ = tcp_packets(hello())[0]
    with_options = packet.data[:14] + b"\x4f" + packet.data[15:]
    for frame, ports_end in ((packet.data, 38), (with_options, 78)):
        for length in range(len(frame)):
            whole = frames.ends_of(frame[:length], True)
            assert (whole is not None) == (length >= ports_end)


@given(st.binary(min_size=1, max_size=16), st.binary(max_size=40))
def test_the_token_of_a_marker_is_found_whatever_follows_it(token: bytes, padding: bytes) -> None:
    head = b"\xff" * 12 + frames.MARKER_BYTES + frames.MAGIC
    assert frames.token_of(head + bytes([len(token)]) + token + padding) == token
