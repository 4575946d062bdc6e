"""What each end said, put together from whatever crossed the wire."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from wire import Wire, renumbered

from lab.wire.conversation import Conversation, Message, Side, conversations

ISNS = st.one_of(st.integers(0, 2**32 - 1), st.integers(2**32 - 40, 2**32 - 1))


@st.composite
def deliveries(draw: st.DrawFn, text: bytes) -> list[tuple[int, int]]:
    """Return segments (start, stop) that cover the text: shuffled, repeated, overlapping."""
    if not text:
        return []
    cuts = sorted({0, len(text), *draw(st.lists(st.integers(0, len(text)), max_size=8))})
    pieces = list(pairwise(cuts))
    places = st.integers(0, len(text))
    extra = draw(st.lists(st.tuples(places, places), max_size=6))
    pieces += [(min(pair), max(pair)) for pair in extra if pair[0] != pair[1]]
    return draw(st.permutations(pieces))


@given(data=st.data(), client_isn=ISNS, server_isn=ISNS)
def test_each_byte_counts_once_however_it_was_sent(
    data: st.DataObject, client_isn: int, server_isn: int
) -> None:
    wire = Wire(client_isn, server_isn)
    wire.opens()
    texts: dict[Side, bytes] = {
        "client": data.draw(st.binary(max_size=60)),
        "server": data.draw(st.binary(max_size=60)),
    }
    turns: list[tuple[Side, int, int]] = [
        (side, *piece) for side in texts for piece in data.draw(deliveries(texts[side]))
    ]
    for side, start, stop in data.draw(st.permutations(turns)):
        wire.say(side, "ACK", start + 1, 1, texts[side][start:stop])
    talk = wire.conversation()
    assert talk.sent == texts["client"]
    assert talk.received == texts["server"]
    assert talk.gaps == ()
    assert b"".join(m.data for m in talk.messages if m.sender == "client") == texts["client"]
    assert b"".join(m.data for m in talk.messages if m.sender == "server") == texts["server"]
    times = [message.time_ns for message in talk.messages]
    assert times == sorted(times)


@given(text=st.binary(min_size=1, max_size=40), data=st.data())
def test_bytes_and_gaps_together_are_what_was_sent(text: bytes, data: st.DataObject) -> None:
    cuts = sorted({0, len(text), *data.draw(st.lists(st.integers(0, len(text)), max_size=6))})
    pieces = list(pairwise(cuts))
    lost = data.draw(st.sets(st.sampled_from(pieces)))
    wire = Wire()
    wire.opens()
    for piece in pieces:
        if piece not in lost:
            wire.say("client", "ACK", piece[0] + 1, 1, text[slice(*piece)])
    wire.say("client", "FIN ACK", len(text) + 1, 1)
    talk = wire.conversation()
    missing = {gap.start + at for gap in talk.gaps for at in range(gap.length)}
    assert missing == {at for piece in lost for at in range(*piece)}
    assert talk.sent == bytes(byte for at, byte in enumerate(text) if at not in missing)


@given(data=st.data())
def test_any_order_of_any_packets_is_some_conversation(data: st.DataObject) -> None:
    wire = Wire(2**32 - 5, 2**31)
    bits = st.sampled_from(["SYN", "SYN ACK", "ACK", "FIN ACK", "RST", "RST ACK", "PSH ACK", ""])
    numbers = st.integers(-3, 30)
    side: st.SearchStrategy[Side] = st.sampled_from(["client", "server"])
    for _ in range(data.draw(st.integers(1, 12))):
        wire.say(
            data.draw(side),
            data.draw(bits),
            data.draw(numbers),
            data.draw(numbers),
            data.draw(st.binary(max_size=3)),
            window=data.draw(st.sampled_from([0, 100])),
        )
    found = conversations(wire.packets)
    assert sorted(event.number for talk in found for event in talk.events) == list(
        range(1, len(wire.packets) + 1)
    )
    for talk in found:
        assert all(value is not None for value in asked(talk))


def asked(talk: Conversation) -> list[object]:
    phases: list[object] = [talk.handshake, talk.closing, talk.closed, talk.refused]
    said = [talk.established, talk.sent, talk.received, talk.gaps, talk.messages, talk.canonical]
    return phases + said


def test_of_bytes_that_cross_twice_the_first_copy_counts() -> None:
    wire = Wire()
    wire.opens()
    wire.say("client", "ACK", 1, 1, b"abcd")
    wire.say("client", "ACK", 3, 1, b"XXef")
    assert wire.conversation().sent == b"abcdef"


def test_more_than_four_gigabytes_wrap_the_sequence_numbers() -> None:
    wire = Wire(client_isn=0)
    wire.opens()
    third = 2**32 // 3
    for at in range(8):
        wire.say("client", "ACK", 1 + at * third, 1, b"x")
    talk = wire.conversation()
    assert [event.sequence for event in talk.events[3:]] == [1 + at * third for at in range(8)]


def test_the_urgent_reordering_of_a_wire_does_not_reorder_what_was_said() -> None:
    wire = Wire()
    wire.opens()
    wire.say("client", "ACK", 1, 1, b"one ")
    wire.say("client", "ACK", 5, 1, b"two ")
    wire.say("client", "ACK", 9, 1, b"three")
    order = [0, 1, 2, 3, 5, 4]
    talk = conversations(renumbered([wire.packets[at] for at in order]))[0]
    assert talk.sent == b"one two three"
    assert [message.data for message in talk.messages] == [b"one two three"]


def test_a_byte_is_said_when_all_bytes_before_it_have_crossed() -> None:
    wire = Wire()
    wire.opens()
    wire.say("client", "ACK", 5, 1, b"late")
    wire.say("server", "ACK", 1, 1, b"hm?")
    wire.say("client", "ACK", 1, 4, b"too ")
    talk = wire.conversation()
    assert talk.messages == (
        Message("server", b"hm?", talk.events[4].time_ns),
        Message("client", b"too late", talk.events[5].time_ns),
    )


def test_a_byte_that_a_keep_alive_carries_is_not_data() -> None:
    wire = Wire()
    wire.say("client", "ACK", 50, 1)
    wire.say("server", "ACK", 1, 50)
    wire.say("client", "ACK", 49, 1, b"\x00")
    wire.say("client", "ACK", 50, 1, b"data")
    assert wire.conversation().sent == b"data"
