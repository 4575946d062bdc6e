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
    assert [event.number for event in wire.conversation().window_probes] == [6, 8]


def test_a_keep_alive_lies_just_below_what_comes_next_and_its_answer_is_no_duplicate() -> None:
    wire = opened()
    wire.say("client", "ACK", 1, 1, b"abc")
    wire.say("server", "ACK", 1, 4)
    wire.say("client", "ACK", 3, 1)
    wire.say("server", "ACK", 1, 4)
    assert notes(wire) == [set(), set(), {"keep-alive"}, set()]
    assert [event.number for event in wire.conversation().keep_alives] == [6]


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


def test_one_byte_that_was_never_acknowledged_is_sent_again_and_no_keep_alive() -> None:
    for data in (b"x", b"xy"):
        wire = opened()
        wire.say("client", "PSH ACK", 1, 1, data)
        wire.say("client", "PSH ACK", 1, 1, data, after_ms=210)
        wire.say("server", "ACK", 1, 1 + len(data))
        assert notes(wire) == [set(), {"retransmission"}, set()]
        assert wire.conversation().sent == data


def test_the_key_typed_last_is_sent_again_though_the_first_key_is_still_missing() -> None:
    wire = opened()
    wire.say("client", "PSH ACK", 1, 1, b"a")
    wire.say("client", "PSH ACK", 2, 1, b"b", after_ms=100)
    wire.say("client", "PSH ACK", 2, 1, b"b", after_ms=200)
    assert notes(wire) == [set(), set(), {"retransmission"}]


def test_one_byte_whose_acknowledgment_got_lost_is_data_sent_again_and_no_keep_alive() -> None:
    for window in (500, 0):
        wire = opened()
        wire.say("client", "PSH ACK", 1, 1, b"x")
        wire.say("server", "ACK", 1, 2, window=window)
        wire.say("client", "PSH ACK", 1, 1, b"x", after_ms=210)
        assert notes(wire)[-1] == {"retransmission"}


def test_a_keep_alive_may_hold_a_byte_of_what_was_acknowledged() -> None:
    wire = opened()
    wire.say("client", "PSH ACK", 1, 1, b"x")
    wire.say("server", "ACK", 1, 2)
    wire.say("client", "ACK", 1, 1, b"\0", after_ms=60_000)
    wire.say("server", "ACK", 1, 2)
    assert notes(wire) == [set(), set(), {"keep-alive"}, set()]
    assert wire.conversation().sent == b"x"


def test_an_ack_that_a_byte_or_a_fin_overtook_is_no_keep_alive() -> None:
    for flags, data in (("PSH ACK", b"x"), ("FIN ACK", b"")):
        wire = opened()
        wire.say("client", flags, 1, 1, data)
        wire.say("client", "ACK", 1, 1, after_ms=0.01)
        assert notes(wire) == [set(), set()]


def test_a_reset_closes_no_window_so_that_a_byte_under_way_is_no_probe() -> None:
    wire = opened()
    wire.say("server", "RST", 1, window=0)
    wire.say("client", "PSH ACK", 1, 1, b"x", after_ms=0.01)
    assert notes(wire) == [set(), set()]


def test_an_ack_of_what_came_twice_is_no_sign_that_bytes_are_missing() -> None:
    wire = opened()
    wire.say("client", "PSH ACK", 1, 1, b"abc")
    wire.say("server", "ACK", 1, 4)
    wire.say("client", "PSH ACK", 1, 1, b"abc", after_ms=200)
    wire.say("server", "ACK", 1, 4)
    assert notes(wire) == [set(), set(), {"retransmission"}, {"ACK again"}]
    assert wire.conversation().duplicate_acks == ()


def test_what_was_acknowledged_before_it_was_captured_is_sent_again_and_not_late() -> None:
    wire = opened()
    wire.say("client", "ACK", 4, 1, b"def")
    wire.say("server", "ACK", 1, 7)
    wire.say("client", "ACK", 1, 1, b"abc", after_ms=0.01)
    assert notes(wire) == [set(), set(), {"retransmission"}]
