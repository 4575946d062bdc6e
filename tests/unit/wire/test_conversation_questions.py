"""What scenario files ask of a conversation: who began, what it hides, what carries these bytes."""

from __future__ import annotations

from wire import Wire, spoken

SMTP = spoken(("server", b"220 mail\r\n"), ("client", b"EHLO\r\n"), ("server", b"250 ok\r\n"))


def test_a_server_that_speaks_first_greets() -> None:
    assert (SMTP.spoke_first, SMTP.greeting) == ("server", b"220 mail\r\n")


def test_a_server_that_is_asked_first_does_not() -> None:
    talk = spoken(("client", b"GET"), ("server", b"page"))
    assert (talk.spoke_first, talk.greeting) == ("client", b"")


def test_where_nobody_speaks_nobody_is_first() -> None:
    assert (spoken().spoke_first, spoken().greeting) == (None, b"")


def test_turns_say_who_spoke_one_after_the_other() -> None:
    assert SMTP.turns == ["server", "client", "server"]
    assert spoken(("client", b"GET"), ("server", b"page")).turns == ["client", "server"]
    assert spoken().turns == []


def test_each_side_s_words_can_be_asked_for() -> None:
    assert SMTP.said("server") == [b"220 mail\r\n", b"250 ok\r\n"]
    assert SMTP.said("client") == [b"EHLO\r\n"]


def test_tls_is_told_by_both_sides_first_record() -> None:
    hello = b"\x16\x03\x01\x00\x2a\x01\x00\x00\x26\x03\x03" + bytes(36)
    answer = b"\x16\x03\x03\x00\x2a\x02\x00\x00\x26\x03\x03" + bytes(36)
    assert spoken(("client", hello), ("server", answer)).is_tls
    assert not spoken(("client", hello), ("server", hello)).is_tls
    assert not spoken(("client", b"\x16\x03 my game"), ("server", b"\x16\x03 ok")).is_tls
    assert not spoken(("client", hello), ("server", b"HTTP/1.1 400")).is_tls
    assert not SMTP.is_tls


def test_a_conversation_hides_what_can_be_read_in_neither_direction() -> None:
    assert SMTP.hides("lab-student", b"PASS")
    assert not SMTP.hides("lab-student", "EHLO")
    assert not SMTP.hides(b"220")
    assert not spoken().hides("anything")  # where nothing is said, nothing is hidden


def test_segments_with_data_are_found_each_time_that_they_crossed() -> None:
    wire = Wire()
    wire.opens()
    wire.say("client", "PSH ACK", 1, 1, b"line 3\n")
    wire.say("server", "PSH ACK", 1, 1, b"back: line 3\n")
    wire.say("client", "PSH ACK", 1, 1, b"line 3\n", after_ms=300)
    wire.say("client", "ACK", 8, 14)
    talk = wire.conversation()
    assert [event.number for event in talk.data_segments()] == [4, 5, 6]
    assert [event.number for event in talk.data_segments("client", carrying=b"line 3")] == [4, 6]
    assert talk.data_segments("client", carrying=b"back") == []


def test_the_fins_say_who_ended_what() -> None:
    assert [fin.sender for fin in SMTP.fins] == ["server", "client"]


def test_an_icmp_error_says_in_words_what_it_reports_and_of_what() -> None:
    wire = Wire()
    wire.datagram("client", b"anybody there?")
    wire.port_unreachable("server", wire.packets[0])
    talk = wire.conversation()
    [error] = talk.icmp_errors
    assert (error.kind, error.sender, error.mtu) == ("port unreachable", talk.server.ip, None)
    assert error.quoted is not None
    assert (error.quoted.source, error.quoted.destination) == (talk.client, talk.server)
    assert talk.refused
