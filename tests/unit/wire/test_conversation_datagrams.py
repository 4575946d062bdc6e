"""UDP: a conversation of datagrams, whole or in fragments."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from places import CAPTURES
from wire import CLIENT, MILLISECOND, SERVER, Wire, renumbered

from lab.wire.address import Address
from lab.wire.conversation import Message, conversations
from lab.wire.packet import decode
from lab.wire.pcap import read


def test_who_sends_the_first_datagram_is_the_client() -> None:
    wire = Wire()
    wire.datagram("client", b"ping")
    wire.datagram("server", b"pong")
    wire.datagram("server", b"")
    talk = wire.conversation()
    assert (talk.protocol, talk.client, talk.server) == ("udp", CLIENT, SERVER)
    assert (talk.sent, talk.received) == (b"ping", b"pong")
    assert [message.data for message in talk.messages] == [b"ping", b"pong", b""]
    assert talk.messages[0] == Message("client", b"ping", talk.started_ns)
    assert [(event.label, event.length) for event in talk.events] == [
        ("datagram", 4),
        ("datagram", 4),
        ("datagram", 0),
    ]
    assert talk.handshake == talk.closing == []
    assert not talk.established
    assert not talk.refused


def test_nobody_listening_is_told_by_icmp() -> None:
    wire = Wire()
    wire.datagram("client", b"anybody?")
    wire.port_unreachable("server", wire.packets[0])
    talk = wire.conversation()
    assert talk.refused
    assert [packet.number for packet in talk.packets] == [1]
    assert [packet.number for packet in talk.errors] == [2]


def test_a_large_datagram_counts_once_and_names_its_fragments() -> None:
    wire = Wire()
    wire.datagram("client", bytes(range(256)) * 16, mtu=1500)
    talk = wire.conversation()
    assert [packet.number for packet in talk.packets] == [1, 2, 3]
    (datagram,) = talk.datagrams
    assert datagram.packets == (1, 2, 3)
    assert datagram.data == bytes(range(256)) * 16
    assert talk.events[0].number == 1
    assert talk.events[0].packet.checksums_ok
    assert talk.incomplete == 0


@given(size=st.integers(0, 400), mtu=st.integers(28, 200), data=st.data())
def test_fragments_make_the_datagram_in_any_order_and_repeated(
    size: int, mtu: int, data: st.DataObject
) -> None:
    wire = Wire()
    said = bytes(at % 251 for at in range(size))
    wire.datagram("client", said, mtu=mtu)
    order = data.draw(st.permutations(range(len(wire.packets))))
    again = data.draw(st.integers(0, len(order) - 1))
    order = [*order[: again + 1], order[again], *order[again + 1 :]]
    if len(wire.packets) == 1:
        order = [0]
    elif again == len(order) - 2:
        order = order[:-1]
    (talk,) = conversations(renumbered([wire.packets[at] for at in order]))
    assert [datagram.data for datagram in talk.datagrams] == [said]
    assert talk.incomplete == 0


def test_a_datagram_that_lacks_a_fragment_is_not_whole() -> None:
    wire = Wire()
    wire.datagram("client", bytes(3000), mtu=1500)
    (talk,) = conversations(wire.packets[:2])
    assert talk.datagrams == ()
    assert talk.incomplete == 1
    assert len(talk.packets) == 2


def test_fragments_without_the_first_belong_to_nobody() -> None:
    wire = Wire()
    wire.datagram("client", bytes(3000), mtu=1500)
    assert conversations(wire.packets[1:]) == ()


def test_overlapping_fragments_are_not_joined() -> None:
    wire = Wire()
    wire.datagram("client", bytes(3000), mtu=1500)
    wire.ip("client", b"\xff" * 800, protocol=17, offset=8, more=True)
    first, second, third, forged = wire.packets
    (talk,) = conversations(renumbered([first, forged, second, third]))
    assert talk.datagrams == ()


def test_a_reused_identification_does_not_mix_two_datagrams() -> None:
    wire = Wire()
    wire.datagram("client", b"a" * 3000, mtu=1500)
    del wire.packets[-1]
    wire.datagram("client", b"b" * 3000, mtu=1500)
    (talk,) = conversations(renumbered(wire.packets))
    assert [datagram.data for datagram in talk.datagrams] == [b"b" * 3000]
    assert talk.incomplete == 1


def test_fragments_a_minute_apart_are_of_different_datagrams() -> None:
    wire = Wire()
    wire.datagram("client", bytes(2000), mtu=1500)
    del wire.packets[-1]
    wire.now += 61_000 * MILLISECOND
    wire.ip("client", bytes(528), protocol=17, offset=1480)
    talk = wire.conversation()
    assert talk.datagrams == ()


def test_a_datagram_whose_last_fragment_the_capture_cut_off_is_not_whole() -> None:
    wire = Wire()
    wire.datagram("client", bytes(2000), mtu=1500)
    first, last = wire.packets
    cut = decode(last.data[:100], time_ns=last.time_ns, number=2, wire_length=len(last.data))
    (talk,) = conversations([first, cut])
    assert talk.datagrams == ()
    assert talk.incomplete == 1


def test_real_fragments_of_both_ip_versions_are_put_together() -> None:
    talks = conversations(read(CAPTURES / "conversation_fragments.pcap").packets)
    text = b"".join(b"%04d" % at for at in range(1000))
    assert [talk.client for talk in talks] == [
        Address("10.99.0.10", 15010),
        Address("fd00:99::10", 15010),
    ]
    for talk in talks:
        assert [message.data for message in talk.messages] == [
            b"", b"0 bytes", b"0000", b"4 bytes", text, b"4000 bytes",
        ]  # fmt: skip
        assert len(talk.packets) == 8
        assert all(event.packet.checksums_ok for event in talk.events)
