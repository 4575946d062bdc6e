"""Conversations: what opened and closed them, and what each end said."""

from __future__ import annotations

from wire import CLIENT, SERVER, Wire

from lab.wire.address import Address
from lab.wire.conversation import Gap, Message, conversations


def demo() -> Wire:
    """Return the course's demo: two messages after one, and the server closes first."""
    wire = Wire()
    wire.opens()
    wire.say("client", "PSH ACK", 1, 1, b"Hello World")
    wire.say("server", "ACK", 1, 12)
    wire.say("server", "PSH ACK", 1, 12, b"Hello Yourself")
    wire.say("client", "ACK", 12, 15)
    wire.say("server", "PSH ACK", 15, 12, b"Goodbye")
    wire.say("server", "FIN ACK", 22, 12)
    wire.say("client", "FIN ACK", 12, 23)
    wire.say("server", "ACK", 23, 13)
    return wire


def test_the_demo_opens_speaks_and_closes() -> None:
    talk = demo().conversation()
    assert (talk.protocol, talk.client, talk.server) == ("tcp", CLIENT, SERVER)
    assert talk.opening_seen
    assert talk.established
    assert talk.handshake == ["SYN", "SYN ACK", "ACK"]
    assert talk.sent == b"Hello World"
    assert talk.received == b"Hello YourselfGoodbye"
    assert talk.closed_first == "server"
    assert talk.closed
    assert not talk.refused
    assert not talk.gaps
    assert not talk.resets + talk.retransmissions + talk.duplicate_acks
    assert (talk.started_ns, talk.ended_ns) == (talk.packets[0].time_ns, talk.packets[-1].time_ns)


def test_the_events_carry_labels_and_relative_numbers() -> None:
    events = demo().conversation().events
    assert [event.label for event in events[:5]] == ["SYN", "SYN ACK", "ACK", "PSH ACK", "ACK"]
    hello = events[3]
    assert (hello.sender, hello.sequence, hello.acknowledgment) == ("client", 1, 1)
    assert (hello.length, hello.payload) == (11, b"Hello World")
    assert [event.number for event in events if event.pure_ack] == [3, 5, 7, 11]
    assert events[0].acknowledgment is None


def test_a_message_is_all_that_one_end_says_in_its_turn() -> None:
    talk = demo().conversation()
    assert talk.messages == (
        Message("client", b"Hello World", talk.events[3].time_ns),
        Message("server", b"Hello YourselfGoodbye", talk.events[5].time_ns),
    )


def test_the_close_reads_alike_whether_or_not_the_ack_rides_on_the_fin() -> None:
    apart = Wire()
    apart.opens()
    apart.say("server", "FIN ACK", 1, 1)
    apart.say("client", "ACK", 1, 2)
    apart.say("client", "FIN ACK", 1, 2)
    apart.say("server", "ACK", 2, 2)
    four = ["server FIN ACK", "client ACK", "client FIN ACK", "server ACK"]
    assert apart.conversation().closing == demo().conversation().closing == four


def test_a_simultaneous_close_shows_both_fins_before_both_acks() -> None:
    wire = Wire()
    wire.opens()
    wire.say("client", "FIN ACK", 1, 1)
    wire.say("server", "FIN ACK", 1, 1)
    wire.say("server", "ACK", 2, 2)
    wire.say("client", "ACK", 2, 2)
    talk = wire.conversation()
    assert talk.closing == ["client FIN ACK", "server FIN ACK", "server ACK", "client ACK"]
    assert talk.closed
    assert talk.closed_first == "client"


def test_a_half_closed_conversation_still_carries_data_the_other_way() -> None:
    wire = Wire()
    wire.opens()
    wire.say("client", "FIN PSH ACK", 1, 1, b"sum?")
    wire.say("server", "ACK", 1, 6)
    wire.say("server", "PSH ACK", 1, 6, b"42")
    talk = wire.conversation()
    assert (talk.sent, talk.received) == (b"sum?", b"42")
    assert talk.closing == ["client FIN ACK", "server ACK"]
    assert not talk.closed


def test_a_refused_connection_is_a_syn_and_a_reset() -> None:
    wire = Wire()
    wire.say("client", "SYN", 0)
    wire.say("server", "RST ACK", -9000, 1)
    talk = wire.conversation()
    assert talk.handshake == ["SYN", "RST ACK"]
    assert talk.refused
    assert talk.closed
    assert not talk.established
    assert talk.closing == []
    assert [(reset.sender, reset.sequence, reset.acknowledgment) for reset in talk.resets] == [
        ("server", 1, 1)
    ]


def test_a_connection_that_a_firewall_rejects_is_refused_too() -> None:
    wire = Wire()
    wire.say("client", "SYN", 0)
    wire.port_unreachable("server", wire.packets[0])
    talk = wire.conversation()
    assert talk.refused
    assert [error.number for error in talk.errors] == [2]


def test_a_dropped_syn_appears_in_the_handshake_each_time_it_is_sent() -> None:
    wire = Wire()
    wire.say("client", "SYN", 0)
    wire.say("client", "SYN", 0, after_ms=1000)
    wire.say("server", "SYN ACK", 0, 1)
    wire.say("client", "PSH ACK", 1, 1, b"late")
    talk = wire.conversation()
    assert talk.handshake == ["SYN", "SYN", "SYN ACK", "ACK"]
    assert [event.number for event in talk.retransmissions] == [2]


def test_a_syn_ack_sent_again_appears_with_the_ack_that_answers_it() -> None:
    wire = Wire()
    wire.opens()
    wire.say("client", "PSH ACK", 1, 1, b"x")
    wire.say("server", "SYN ACK", 0, 1, after_ms=1000)
    wire.say("client", "ACK", 2, 1)
    assert wire.conversation().handshake == ["SYN", "SYN ACK", "ACK", "SYN ACK", "ACK"]


def test_two_ends_that_open_at_once_share_one_conversation() -> None:
    wire = Wire()
    wire.say("client", "SYN", 0)
    wire.say("server", "SYN", 0)
    wire.say("client", "SYN ACK", 0, 1)
    wire.say("server", "SYN ACK", 0, 1)
    talk = wire.conversation()
    assert talk.client == CLIENT
    assert talk.handshake == ["SYN", "SYN", "SYN ACK", "SYN ACK"]
    assert talk.established


def test_a_reset_without_a_fin_closes_but_nobody_closed_first() -> None:
    wire = Wire()
    wire.opens()
    wire.say("client", "PSH ACK", 1, 1, b"unread")
    wire.say("server", "RST ACK", 1, 7)
    talk = wire.conversation()
    assert talk.closed
    assert talk.closed_first is None
    assert talk.closing == ["server RST ACK"]
    assert not talk.refused


def test_successive_connections_on_the_same_ports_are_conversations_of_their_own() -> None:
    wire = demo()
    wire.isns = {"client": 500_000, "server": 700_000}
    wire.opens()
    wire.say("client", "PSH ACK", 1, 1, b"again")
    first, second = conversations(wire.packets)
    assert first.sent == b"Hello World"
    assert second.sent == b"again"
    assert second.handshake == ["SYN", "SYN ACK", "ACK"]


def test_a_connection_tried_again_after_a_refusal_is_another_conversation() -> None:
    wire = Wire()
    wire.say("client", "SYN", 0)
    wire.say("server", "RST ACK", -9000, 1)
    wire.isns["client"] = 2000
    wire.opens()
    refused, opened = conversations(wire.packets)
    assert refused.refused
    assert opened.established


def test_an_answer_to_something_else_establishes_nothing() -> None:
    wire = Wire()
    wire.say("client", "SYN", 0)
    wire.say("server", "SYN ACK", 0, -500)
    wire.say("client", "ACK", 1, 1)
    assert not wire.conversation().established


def test_a_syn_after_a_conversation_joined_in_the_middle_begins_another() -> None:
    wire = Wire()
    wire.say("server", "PSH ACK", 101, 51, b"old")
    wire.isns["client"] = 77_000
    wire.say("client", "SYN", 0)
    joined, begun = conversations(wire.packets)
    assert not joined.opening_seen
    assert begun.handshake == ["SYN"]


def test_resets_of_one_end_are_one_step_of_the_canonical_form() -> None:
    wire = Wire()
    wire.opens()
    wire.say("server", "RST ACK", 1, 1)
    wire.say("server", "RST", 1)
    assert [str(step) for step in wire.conversation().canonical[2:]] == ["server RST 1+0"]
    assert len(wire.conversation().resets) == 2


def test_conversations_are_told_apart_by_port_and_ordered_by_their_first_packet() -> None:
    wire = Wire()
    wire.say("client", "SYN", 0)
    wire.ends["client"] = Address(CLIENT.ip, 40001)
    wire.say("client", "SYN", 0)
    wire.say("server", "SYN ACK", 0, 1)
    wire.ends["client"] = CLIENT
    wire.say("server", "SYN ACK", 0, 1)
    assert [talk.client.port for talk in conversations(wire.packets)] == [40000, 40001]


def test_the_client_of_an_opening_that_was_missed_is_the_end_with_the_higher_port() -> None:
    wire = Wire()
    wire.say("server", "PSH ACK", 101, 51, b"middle")
    wire.say("client", "ACK", 51, 107)
    talk = wire.conversation()
    assert not talk.opening_seen
    assert talk.client == CLIENT
    assert talk.received == b"middle"
    assert talk.handshake == []
    assert talk.established
    assert talk.events[0].sequence == 1
    assert talk.gaps == ()


def test_numbers_of_an_opening_that_was_missed_count_from_the_first_one_heard_of() -> None:
    wire = Wire()
    wire.say("client", "PSH ACK", 51, 101, b"what?")
    wire.say("server", "PSH ACK", 101, 56, b"this")
    heard = [(event.sequence, event.acknowledgment) for event in wire.conversation().events]
    assert heard == [(1, 1), (1, 6)]


def test_a_missed_syn_still_tells_the_client_by_the_syn_ack() -> None:
    wire = Wire(client=Address("10.77.0.10", 80), server=Address("10.77.0.20", 40000))
    wire.say("server", "SYN ACK", 0, 1)
    wire.say("client", "ACK", 1, 1)
    talk = wire.conversation()
    assert talk.client.port == 80
    assert not talk.opening_seen


def test_bytes_that_no_packet_holds_are_named_as_a_gap() -> None:
    wire = Wire()
    wire.opens()
    wire.say("client", "ACK", 1, 1, b"abc")
    wire.say("client", "ACK", 9, 1, b"xyz")
    wire.say("server", "ACK", 1, 15)
    talk = wire.conversation()
    assert talk.sent == b"abcxyz"
    assert talk.gaps == (Gap("client", 3, 5), Gap("client", 11, 3))


def test_two_runs_of_the_same_programs_have_the_same_canonical_form() -> None:
    other = Wire(client_isn=2**32 - 3, server_isn=5)
    other.opens()
    other.say("client", "PSH ACK", 1, 1, b"Hello World")
    other.say("server", "PSH ACK", 1, 12, b"Hello Yourself")
    other.say("server", "FIN PSH ACK", 15, 12, b"Goodbye")
    other.say("server", "FIN PSH ACK", 15, 12, b"Goodbye", after_ms=200)
    other.say("client", "ACK", 12, 23)
    other.say("client", "FIN ACK", 12, 23)
    other.say("server", "ACK", 23, 13)
    assert other.conversation().canonical == demo().conversation().canonical
    assert [str(step) for step in demo().conversation().canonical] == [
        "client SYN 0+0",
        "server SYN ACK 0+0",
        "client data 1+11",
        "server data 1+21",
        "server FIN 22+0",
        "client FIN 12+0",
    ]


def test_an_empty_capture_holds_no_conversation() -> None:
    assert conversations([]) == ()


def test_who_gives_up_a_connection_that_was_answered_refuses_nothing() -> None:
    wire = Wire()
    wire.say("client", "SYN", 0)
    wire.say("server", "SYN ACK", 0, 1, after_ms=3000)
    wire.say("client", "RST", 1)
    talk = wire.conversation()
    assert talk.handshake == ["SYN", "SYN ACK", "RST"]
    assert (talk.refused, talk.established, talk.closed) == (False, False, True)
