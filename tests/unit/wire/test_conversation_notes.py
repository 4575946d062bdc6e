"""What is remarkable about a segment: sent again, out of order, window closed, and so on."""

from __future__ import annotations

from wire import Wire


def opened() -> Wire:
    wire = Wire()
    wire.opens()
    return wire


def notes(wire: Wire) -> list[set[str]]:
    """Return the notes of what follows the handshake."""
    return [set(event.notes) for event in wire.conversation().events[3:]]


def test_bytes_that_cross_again_are_a_retransmission() -> None:
    wire = opened()
    wire.say("client", "ACK", 1, 1, b"abc")
    wire.say("client", "ACK", 1, 1, b"abc", after_ms=200)
    assert notes(wire) == [set(), {"retransmission"}]
    assert [event.number for event in wire.conversation().retransmissions] == [5]


def test_a_hole_filled_at_once_is_reordering_and_filled_late_is_a_retransmission() -> None:
    for wait, note in ((0.01, "out-of-order"), (200, "retransmission")):
        wire = opened()
        wire.say("client", "ACK", 4, 1, b"def")
        wire.say("client", "ACK", 1, 1, b"abc", after_ms=wait)
        assert notes(wire) == [set(), {note}]


def test_a_hole_filled_after_two_duplicate_acks_is_a_retransmission() -> None:
    wire = opened()
    wire.say("client", "ACK", 1, 1, b"a")
    wire.say("server", "ACK", 1, 2)
    wire.say("client", "ACK", 5, 1, b"e", after_ms=0.001)
    wire.say("server", "ACK", 1, 2, after_ms=0.001)
    wire.say("server", "ACK", 1, 2, after_ms=0.001)
    wire.say("client", "ACK", 2, 1, b"bcd", after_ms=0.001)
    assert notes(wire)[3:] == [{"duplicate ACK"}, {"duplicate ACK"}, {"retransmission"}]
    assert len(wire.conversation().duplicate_acks) == 2


def test_a_closed_window_is_probed_and_opened_again() -> None:
    wire = opened()
    wire.say("client", "ACK", 1, 1, b"abc")
    wire.say("server", "ACK", 1, 4, window=0)
    wire.say("client", "ACK", 4, 1, b"d")
    wire.say("server", "ACK", 1, 4, window=0)
    wire.say("client", "ACK", 3, 1)
    wire.say("server", "ACK", 1, 4, window=0)
    wire.say("server", "ACK", 1, 4, window=500)
    assert notes(wire) == [
        set(),
        {"zero window"},
        {"zero window probe"},
        {"zero window"},
        {"zero window probe"},
        {"zero window"},
        {"window update"},
    ]
    assert [event.number for event in wire.conversation().zero_windows] == [5, 7, 9]


def test_a_keep_alive_lies_just_below_what_comes_next_and_its_answer_is_no_duplicate() -> None:
    wire = opened()
    wire.say("client", "ACK", 1, 1, b"abc")
    wire.say("server", "ACK", 1, 4)
    wire.say("client", "ACK", 3, 1)
    wire.say("server", "ACK", 1, 4)
    assert notes(wire) == [set(), set(), {"keep-alive"}, set()]


def test_a_fin_sent_again_is_a_retransmission_and_closes_once() -> None:
    wire = opened()
    wire.say("client", "FIN ACK", 1, 1)
    wire.say("client", "FIN ACK", 1, 1, after_ms=200)
    wire.say("server", "ACK", 1, 2)
    assert notes(wire)[1] == {"retransmission"}
    assert wire.conversation().closing == ["client FIN ACK", "server ACK"]


def test_a_segment_that_came_later_but_was_not_sent_again_is_listed_as_out_of_order() -> None:
    wire = opened()
    wire.say("server", "ACK", 4, 1, b"def")
    wire.say("server", "ACK", 1, 1, b"abc", after_ms=0.01)
    assert [event.number for event in wire.conversation().out_of_order] == [5]


def test_duplicate_acks_are_forgotten_when_something_new_is_acknowledged() -> None:
    wire = opened()
    wire.say("client", "ACK", 1, 1, b"a")
    for ack in (2, 2, 2):
        wire.say("server", "ACK", 1, ack)
    wire.say("client", "ACK", 2, 1, b"b")
    wire.say("server", "ACK", 1, 3)
    wire.say("client", "ACK", 6, 1, b"f", after_ms=0.001)
    wire.say("client", "ACK", 3, 1, b"cde", after_ms=0.001)
    assert notes(wire)[-1] == {"out-of-order"}


def test_a_window_is_scaled_where_both_ends_agreed_and_never_in_a_syn() -> None:
    for both, window in ((True, 500 << 7), (False, 500)):
        wire = Wire()
        scale = b"\x03\x03\x07"
        wire.say("client", "SYN", 0, options=scale)
        wire.say("server", "SYN ACK", 0, 1, options=scale if both else b"")
        wire.say("client", "ACK", 1, 1, window=500)
        assert [event.window for event in wire.conversation().events] == [64240, 64240, window]
