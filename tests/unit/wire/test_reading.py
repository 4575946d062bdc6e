"""A protocol is named where a conversation speaks it or the port says so, never for a shape."""

from __future__ import annotations

import struct

import frames
import pytest
from hypothesis import given
from hypothesis import strategies as st
from packet_frames import datagram
from wire import SERVER, Wire

from lab.wire.address import Address
from lab.wire.conversation import Conversation, Side
from lab.wire.describe import describe
from lab.wire.packet import Question, Record, decode
from lab.wire.reading import Reading, dns_messages, readings

GREETING = b"\x0a10.11.6-MariaDB\0" + bytes(4) + b"scramble" + bytes(20)
REQUEST = b"GET / HTTP/1.1\r\n\r\n"
HELLO = b"\x16\x03\x01\x00\x2a\x01\x00\x00\x26\x03\x03" + bytes(36)
SERVER_HELLO = b"\x16\x03\x03\x00\x2a\x02\x00\x00\x26\x03\x03" + bytes(36)
ENCRYPTED = b"\x17\x03\x03\x00\x05abcde"
QUESTION = Question("server.lab.test", "A")
QUERY = frames.dns(1, 0x0100, [QUESTION])
RESPONSE = frames.dns(1, 0x8580, [QUESTION], [Record("server.lab.test", "A", "IN", 60, "10.1.1.1")])


def sql(content: bytes, number: int = 0) -> bytes:
    return len(content).to_bytes(3, "little") + bytes([number]) + content


def said(*words: tuple[Side, bytes], port: int = 15000) -> list[str]:
    """Return what the segments with data say, of a conversation with a server at this port."""
    talk = at_port(port, *words)
    read = readings(talk)
    return [
        " ".join(filter(None, (each.words, each.quote)))
        for event in talk.events
        if event.payload
        for each in [describe(event.packet, read.get(event.number, Reading()))]
    ]


def at_port(port: int, *words: tuple[Side, bytes], opens: bool = True) -> Conversation:
    wire = Wire(server=Address(SERVER.ip, port))
    if opens:
        wire.opens()
    at: dict[Side, int] = {"client": 1, "server": 1}
    for side, data in words:
        peer: Side = "server" if side == "client" else "client"
        wire.say(side, "PSH ACK", at[side], at[peer], data)
        at[side] += len(data)
    return wire.conversation()


def test_a_game_with_messages_behind_their_length_speaks_no_sql() -> None:
    messages = [
        struct.pack("<I", 1 + len(text)) + kind + text
        for kind, text in ((b"\1", b""), (b"\2", b"hello"), (b"\3", b"north"))
    ]
    answer = struct.pack("<I", 3) + b"\x02ok"
    turns = [turn for each in messages for turn in (("client", each), ("server", answer))]
    told = said(*turns, port=5033)  # type: ignore[arg-type]
    assert not [each for each in told if "quit" in each.lower() or "query" in each]
    udp = describe(decode(datagram(messages[2], port=5034)))
    assert (udp.quote, udp.size) == ("", "10 B of data")


def test_sql_is_read_where_the_server_greets_with_it() -> None:
    turns: list[tuple[Side, bytes]] = [
        ("server", sql(GREETING)),
        ("client", sql(b"\x03SELECT 1")),
        ("server", sql(b"\x03SELECT 1")),
        ("client", sql(b"\x01")),
    ]
    assert said(*turns)[0] == "greeting of 10.11.6-MariaDB"
    assert said(*turns)[1] == "query SELECT 1"
    assert not said(*turns)[2].startswith("query")
    assert said(*turns)[3] == "quit"
    assert said(*turns[3:], port=3306) == ["quit"]


def test_http_is_read_where_the_client_asks_or_the_server_answers_in_it() -> None:
    status = b"HTTP/1.1 200 OK\r\n\r\n"
    assert said(("client", REQUEST), ("server", status)) == ["GET / HTTP/1.1", "HTTP/1.1 200 OK"]
    assert said(("client", b"hi\r\n\r\n"), ("server", b"HTTP/1.1 400 Bad Request\r\n"))[1] == (
        "HTTP/1.1 400 Bad Request"
    )
    chat = said(("client", b"you type:\n"), ("server", b"ok"), ("client", REQUEST))
    assert chat[2].startswith('"GET / HTTP/1.1')
    assert said(("server", REQUEST), port=80)[0].startswith('"')  # a server asks for nothing


def test_http_in_a_datagram_is_text() -> None:
    assert describe(decode(datagram(REQUEST, port=80))).quote.startswith('"GET / HTTP/1.1')


def test_tls_is_read_from_its_hello_on_and_record_by_record() -> None:
    assert said(("client", HELLO), ("server", SERVER_HELLO), ("client", ENCRYPTED)) == [
        "ClientHello",
        "ServerHello",
        "TLS encrypted",
    ]
    assert said(("client", HELLO), ("server", b"\x15\x03\x03\x00\x02\x02\x28")) == [
        "ClientHello",
        "TLS alert: handshake failure",
    ]
    upgraded = said(("client", b"STARTTLS\r\n"), ("server", b"220 go\r\n"), ("client", HELLO))
    assert upgraded[2] == "ClientHello"


@pytest.mark.parametrize(
    "data", [ENCRYPTED, b"\x15\x03\x03\x00\x02\x01\x00", b"\x16\x03\x03\x00\0"]
)
def test_bytes_that_look_like_a_record_are_no_tls_without_a_hello(data: bytes) -> None:
    assert not any("TLS" in each for each in said(("client", data), ("server", data)))


def test_a_record_in_the_middle_of_another_is_not_read() -> None:
    whole = b"\x17\x03\x03\x00\x14" + ENCRYPTED * 2
    told = said(("client", HELLO), ("client", whole[:5]), ("client", whole[5:]))
    assert told[2] == ""


def test_tls_whose_opening_was_not_captured_is_told_by_the_port_alone() -> None:
    for port, line in ((443, "TLS encrypted"), (15000, None)):
        talk = at_port(port, ("client", ENCRYPTED), opens=False)
        assert [each.line for each in readings(talk).values()] == ([line] if line else [])


@pytest.mark.parametrize("cut", [1, 2, 7, len(QUERY) + 1])
def test_dns_over_tcp_is_read_from_the_stream_wherever_it_is_cut(cut: int) -> None:
    stream = len(QUERY).to_bytes(2, "big") + QUERY
    whole = len(RESPONSE).to_bytes(2, "big") + RESPONSE
    told = said(("client", stream[:cut]), ("client", stream[cut:]), ("server", whole), port=53)
    assert told == ["", "A? server.lab.test", "A 10.1.1.1"]


@pytest.mark.parametrize("cut", [1, 7, len(RESPONSE) + 1])
def test_dns_messages_are_those_of_the_stream_with_the_packet_that_ends_each(cut: int) -> None:
    stream = len(QUERY).to_bytes(2, "big") + QUERY
    whole = len(RESPONSE).to_bytes(2, "big") + RESPONSE
    wire = Wire(server=Address(SERVER.ip, 53))
    wire.opens()
    end = 1 + len(stream)
    wire.say("client", "PSH ACK", 1, 1, stream)
    wire.say("server", "ACK", 1, end, whole[:cut])
    wire.say("server", "PSH ACK", 1 + cut, end, whole[cut:])
    wire.say("server", "PSH ACK", 1 + cut, end, whole[cut:])  # sent again
    talk = wire.conversation()
    assert [(packet.number, message.qr) for packet, message in dns_messages(talk)] == [
        (talk.packets[3].number, 0),
        (talk.packets[5].number, 1),
    ]
    assert dns_messages(at_port(54, ("client", stream))) == []


def test_several_dns_messages_may_end_in_one_segment() -> None:
    stream = len(QUERY).to_bytes(2, "big") + QUERY
    assert said(("client", stream * 2), port=53) == ["A? server.lab.test, A? server.lab.test"]


def test_messages_behind_their_length_are_no_dns_on_any_other_port() -> None:
    stream = len(QUERY).to_bytes(2, "big") + QUERY
    talk = at_port(5033, ("client", stream))
    assert readings(talk) == {}
    assert describe(talk.packets[3]).kind == "data"


def test_what_is_no_dns_on_its_port_is_data() -> None:
    talk = at_port(53, ("client", b"\0\x0e" + b"hello, my game"))
    assert readings(talk) == {}
    assert describe(talk.packets[3]).quote.endswith('hello, my game"')


def test_a_segment_by_itself_is_read_as_its_port_says() -> None:
    for port, quote in ((80, "GET / HTTP/1.1"), (15000, '"GET / HTTP/1.1\\r\\n\\r\\n"')):
        assert describe(at_port(port, ("client", REQUEST)).packets[3]).quote == quote


@given(st.lists(st.tuples(st.sampled_from(["client", "server"]), st.binary(max_size=60))))
def test_any_bytes_are_read_without_an_error(turns: list[tuple[Side, bytes]]) -> None:
    for port in (53, 80, 443, 3306, 15000):
        talk = at_port(port, *turns)
        assert all(each.line.isprintable() or each.dns for each in readings(talk).values())


def test_what_udp_says_is_whole_in_its_packet() -> None:
    wire = Wire(server=Address(SERVER.ip, 53))
    wire.datagram("client", QUERY)
    assert readings(wire.conversation()) == {}
    assert describe(wire.packets[0]).words == "A? server.lab.test"
