"""Which bytes came twice, as their receiver says in D-SACKs (RFC 2883)."""

from __future__ import annotations

import frames
import pytest
from hypothesis import given
from hypothesis import strategies as st
from wire import Wire

from lab.wire.packet.transport.tcp_option import SACK, TcpOption

ISN = 1000


def blocks(*relative: tuple[int, int], isn: int = ISN) -> bytes:
    """Return a SACK option that names bytes of the client's."""
    named = tuple(((left + isn) % 2**32, (right + isn) % 2**32) for left, right in relative)
    return frames.tcp_options(TcpOption(SACK, "SACK", named))


def twice(wire: Wire) -> list[tuple[int, bytes]]:
    return [(each.number, each.payload) for each in wire.conversation().came_twice]


def sent_again(options: bytes, isn: int = ISN) -> Wire:
    """Return a wire on which "abc" crosses twice, and is acknowledged both times."""
    wire = Wire(client_isn=isn)
    wire.opens()
    wire.say("client", "ACK", 1, 1, b"abc")
    wire.say("server", "ACK", 1, 4)
    wire.say("client", "ACK", 1, 1, b"abc", after_ms=200)
    wire.say("server", "ACK", 1, 4, options=options)
    return wire


def test_an_ack_that_names_acknowledged_bytes_says_that_they_came_twice() -> None:
    assert twice(sent_again(blocks((1, 4)))) == [(6, b"abc")]


@given(isn=st.integers(0, 2**32 - 1))
def test_numbers_may_wrap(isn: int) -> None:
    assert twice(sent_again(blocks((1, 4), isn=isn), isn)) == [(6, b"abc")]


@pytest.mark.parametrize("options", [b"", blocks((5, 9)), blocks((2, 4))])
def test_what_no_ack_names_may_have_been_lost(options: bytes) -> None:
    assert twice(sent_again(options)) == []


def test_a_block_within_the_second_one_names_what_came_twice_behind_a_gap() -> None:
    wire = Wire()
    wire.opens()
    for data, at in ((b"def", 4), (b"ghi", 7)):
        wire.say("client", "ACK", at, 1, data)
    wire.say("server", "ACK", 1, 1, options=blocks((4, 10)))
    wire.say("client", "ACK", 4, 1, b"def", after_ms=200)
    wire.say("server", "ACK", 1, 1, options=blocks((4, 7), (4, 10)))
    assert twice(wire) == [(7, b"def")]


def test_bytes_that_crossed_once_did_not_come_twice_whatever_is_said() -> None:
    wire = Wire()
    wire.opens()
    wire.say("client", "ACK", 1, 1, b"abc")
    wire.say("server", "ACK", 1, 4, options=blocks((1, 4)))
    assert twice(wire) == []


def test_a_segment_tells_how_many_seconds_it_crossed_after_another() -> None:
    wire = sent_again(b"")
    first, again = wire.conversation().data_segments("client")
    assert again.after(first) == pytest.approx(0.2, abs=0.001)
