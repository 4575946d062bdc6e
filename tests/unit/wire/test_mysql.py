"""Queries to MariaDB and its greeting are read, each by itself."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lab.wire import mysql

REST = b"\0" + bytes(4) + b"scramble" + bytes(20)
"""The version's end, the connection's number, the scramble, a byte that is 0, and so on."""


def packet(content: bytes, number: int = 0) -> bytes:
    return len(content).to_bytes(3, "little") + bytes([number]) + content


@given(st.text(max_size=300))
def test_a_query_is_read_as_it_was_sent(text: str) -> None:
    assert mysql.query(packet(b"\x03" + text.encode())) == text


def test_the_greeting_says_which_server_it_is() -> None:
    assert mysql.version(packet(b"\x0a5.5.5-10.11.6-MariaDB-0+deb12u1" + REST)) == (
        "10.11.6-MariaDB-0+deb12u1"
    )
    assert mysql.version(packet(b"\x0a10.11.6-MariaDB\0and more")) is None
    assert mysql.version(packet(b"\x0a10.11.6-MariaDB")) is None


def test_a_client_says_goodbye_in_one_byte() -> None:
    assert mysql.is_goodbye(packet(b"\x01"))
    assert not mysql.is_goodbye(packet(b"\x01\x01"))


def test_a_story_tells_them_in_a_line() -> None:
    greeting = packet(b"\x0a10.11.6-MariaDB" + REST)
    assert mysql.words(packet(b"\x03SELECT 1\n  + 1"), "client") == "query SELECT 1 + 1"
    assert mysql.words(greeting, "server") == "greeting of 10.11.6-MariaDB"
    assert mysql.words(packet(b"\x01"), "client") == "quit"
    assert mysql.words(b"get socket\r\n", "client") is None
    assert mysql.words(packet(b"\x01"), "server") is mysql.words(greeting, "client") is None


def test_a_packet_cut_off_or_of_another_number_is_none_of_them() -> None:
    whole = packet(b"\x03SELECT 1")
    assert mysql.query(whole[:-1]) is None
    assert mysql.query(whole + b"x") is None
    assert mysql.query(packet(b"\x03SELECT 1", number=1)) is None
    assert mysql.query(packet(b"\x03\xff")) is None


@given(st.binary(max_size=64))
def test_any_bytes_are_judged_without_an_error(data: bytes) -> None:
    said = [mysql.query(data) is not None, mysql.version(data) is not None]
    assert sum([*said, mysql.is_goodbye(data)]) <= 1
