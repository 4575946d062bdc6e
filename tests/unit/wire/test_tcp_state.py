"""The states of either end, replayed from packets and confirmed by samples of the socket table."""

from __future__ import annotations

import pytest
from places import CAPTURES
from wire import Wire

from lab.wire.conversation import Side, conversations
from lab.wire.pcap import read
from lab.wire.sockets.table import StateChange
from lab.wire.sockets.tcp_state import merge, states


def names(wire: Wire, end: Side) -> list[str]:
    return [change.state for change in states(wire.conversation(), end)]


def test_the_end_that_closes_first_waits_and_the_other_does_not() -> None:
    wire = Wire()
    wire.opens()
    wire.say("server", "FIN ACK", 1, 1)
    wire.say("client", "ACK", 1, 2)
    wire.say("client", "FIN ACK", 1, 2)
    wire.say("server", "ACK", 2, 2)
    assert names(wire, "server") == [
        "SYN_RECV", "ESTABLISHED", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT",
    ]  # fmt: skip
    assert names(wire, "client") == [
        "SYN_SENT", "ESTABLISHED", "CLOSE_WAIT", "LAST_ACK", "CLOSE",
    ]  # fmt: skip


def test_a_state_begins_with_the_packet_that_leads_to_it_and_is_only_inferred() -> None:
    wire = Wire()
    wire.opens()
    talk = wire.conversation()
    assert states(talk, "client") == [
        StateChange(talk.packets[0].time_ns, "SYN_SENT"),
        StateChange(talk.packets[1].time_ns, "ESTABLISHED"),
    ]


def test_a_fin_that_acknowledges_the_fin_leads_straight_to_time_wait() -> None:
    wire = Wire()
    wire.opens()
    wire.say("server", "FIN ACK", 1, 1)
    wire.say("client", "FIN ACK", 1, 2)
    wire.say("server", "ACK", 2, 2)
    assert names(wire, "server")[-3:] == ["FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT"]
    assert names(wire, "client")[-3:] == ["CLOSE_WAIT", "LAST_ACK", "CLOSE"]


def test_a_simultaneous_close_leads_both_through_closing() -> None:
    (talk,) = conversations(read(CAPTURES / "conversation_simultaneous_close.pcap").packets)
    assert [change.state for change in states(talk, "client")] == [
        "SYN_SENT", "ESTABLISHED", "FIN_WAIT1", "CLOSING", "TIME_WAIT",
    ]  # fmt: skip


def test_a_simultaneous_open_leads_from_syn_sent_to_syn_recv() -> None:
    (talk,) = conversations(read(CAPTURES / "conversation_simultaneous_open.pcap").packets)
    assert [change.state for change in states(talk, "client")][:3] == [
        "SYN_SENT", "SYN_RECV", "ESTABLISHED",
    ]  # fmt: skip


@pytest.mark.parametrize("end", ["client", "server"])
def test_a_reset_closes_at_once(end: Side) -> None:
    wire = Wire()
    wire.opens()
    wire.say("server", "RST ACK", 1, 1)
    assert names(wire, end)[1:] == ["ESTABLISHED", "CLOSE"]


def test_a_refused_connection_was_never_established() -> None:
    wire = Wire()
    wire.say("client", "SYN", 0)
    wire.say("server", "RST ACK", -9000, 1)
    assert names(wire, "client") == ["SYN_SENT", "CLOSE"]
    assert names(wire, "server") == []


def test_repetitions_change_no_state() -> None:
    wire = Wire()
    wire.say("client", "SYN", 0)
    wire.say("client", "SYN", 0, after_ms=1000)
    wire.say("server", "SYN ACK", 0, 1)
    wire.say("client", "ACK", 1, 1)
    wire.say("client", "FIN ACK", 1, 1)
    wire.say("client", "FIN ACK", 1, 1, after_ms=200)
    assert names(wire, "client") == ["SYN_SENT", "ESTABLISHED", "FIN_WAIT1"]
    assert names(wire, "server") == ["SYN_RECV", "ESTABLISHED", "CLOSE_WAIT"]


def test_a_fin_counts_when_the_bytes_before_it_have_arrived() -> None:
    wire = Wire()
    wire.opens()
    wire.say("client", "FIN PSH ACK", 4, 1, b"def")
    wire.say("client", "ACK", 1, 1, b"abc", after_ms=200)
    changes = states(wire.conversation(), "server")
    assert (changes[-1].state, changes[-1].time_ns) == ("CLOSE_WAIT", wire.packets[4].time_ns)


def test_a_conversation_joined_in_the_middle_was_established() -> None:
    wire = Wire()
    wire.say("server", "PSH ACK", 101, 51, b"middle")
    wire.say("server", "FIN ACK", 107, 51)
    assert names(wire, "client") == ["ESTABLISHED", "CLOSE_WAIT"]
    assert names(wire, "server") == ["ESTABLISHED", "FIN_WAIT1"]


def test_datagrams_have_no_states() -> None:
    wire = Wire()
    wire.datagram("client", b"x")
    assert names(wire, "client") == []


MS = 1_000_000


def inferred(*changes: tuple[int, str]) -> list[StateChange]:
    return [StateChange(at * MS, state) for at, state in changes]


def sampled(*changes: tuple[int, str, int]) -> list[StateChange]:
    return [StateChange(at * MS, state, True, last * MS) for at, state, last in changes]


def shown(changes: list[StateChange]) -> list[tuple[float, str, bool]]:
    return [(change.time_ns / MS, change.state, change.seen) for change in changes]


def test_a_sample_confirms_a_state_and_the_packet_tells_its_time() -> None:
    packets = inferred((10, "SYN_SENT"), (11, "ESTABLISHED"), (30, "FIN_WAIT1"))
    table = sampled((15, "ESTABLISHED", 25), (31, "FIN_WAIT1", 40))
    assert shown(merge(packets, table)) == [
        (10, "SYN_SENT", False),
        (11, "ESTABLISHED", True),
        (30, "FIN_WAIT1", True),
    ]


def test_what_only_the_table_shows_is_kept() -> None:
    packets = inferred((10, "SYN_RECV"), (11, "ESTABLISHED"))
    table = sampled((5, "LISTEN", 9), (12, "ESTABLISHED", 20), (25, "CLOSE", 30))
    assert shown(merge(packets, table)) == [
        (5, "LISTEN", True),
        (10, "SYN_RECV", False),
        (11, "ESTABLISHED", True),
        (25, "CLOSE", True),
    ]


def test_the_table_wins_where_it_contradicts_the_packets() -> None:
    packets = inferred((10, "SYN_RECV"), (11, "ESTABLISHED"))
    table = sampled((12, "SYN_RECV", 500))
    assert shown(merge(packets, table)) == [(10, "SYN_RECV", True)]


def test_a_state_is_not_believed_while_the_table_shows_one_that_no_packet_tells_of() -> None:
    table = sampled((5, "SYN_SENT", 50))
    assert shown(merge(inferred((10, "ESTABLISHED")), table)) == [(5, "SYN_SENT", True)]


def test_a_sample_of_long_before_confirms_nothing() -> None:
    packets = inferred((49, "SYN_SENT"), (50, "ESTABLISHED"))
    table = sampled((5, "ESTABLISHED", 6), (8, "CLOSE", 9))
    assert shown(merge(packets, table)) == [
        (5, "ESTABLISHED", True),
        (8, "CLOSE", True),
        (49, "SYN_SENT", False),
        (50, "ESTABLISHED", False),
    ]


def test_a_state_that_goes_on_is_listed_once() -> None:
    table = sampled((1, "LISTEN", 2), (3, "LISTEN", 4))
    assert merge([], table) == sampled((1, "LISTEN", 4))


def test_a_sample_taken_as_the_packet_passed_contradicts_nothing() -> None:
    packets = inferred((10, "ESTABLISHED"), (20, "CLOSE_WAIT"))
    table = sampled((15, "ESTABLISHED", 21), (22, "CLOSE_WAIT", 30))
    assert shown(merge(packets, table)) == [(10, "ESTABLISHED", True), (20, "CLOSE_WAIT", True)]


def test_without_samples_all_is_inferred_and_without_packets_all_is_seen() -> None:
    packets = inferred((10, "SYN_SENT"))
    table = sampled((10, "SYN_SENT", 11))
    assert merge(packets, []) == packets
    assert merge([], table) == table


def test_a_state_that_came_back_is_listed_again() -> None:
    table = sampled((1, "LISTEN", 2), (3, "CLOSE", 4), (5, "LISTEN", 6))
    assert [change.state for change in merge([], table)] == ["LISTEN", "CLOSE", "LISTEN"]
