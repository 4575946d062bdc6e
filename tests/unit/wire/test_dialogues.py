"""Telnet, FTP, mail and SQL are read from what both sides said."""

from __future__ import annotations

import pytest
from wire import spoken

from lab.errors import NotObserved
from lab.wire import ftp, mail, mysql, telnet
from lab.wire.conversation import Conversation, Side

IAC = b"\xff"
LETTER = b"From: teacher\r\nSubject: dots\r\n\r\nfirst\r\n..\r\nlast\r\n"


def test_a_telnet_stream_is_text_and_commands() -> None:
    stream = (
        IAC + b"\xfd\x18" + b"login: " + IAC + b"\xfa\x18\x01" + IAC + b"\xf0" + IAC + b"\xfb\x03"
    )
    assert telnet.text(stream) == b"login: "
    assert telnet.requests(stream) == [0x18, 0x03]
    assert telnet.refusals(IAC + b"\xfc\x18" + IAC + b"\xfe\n") == [0x18, 10]


def test_an_option_s_number_may_be_that_of_a_line_feed() -> None:
    assert telnet.text(IAC + b"\xfd\nlogin: ") == b"login: "


@pytest.mark.parametrize(
    ("side", "line", "port"),
    [
        ("client", b"PORT 10,77,0,16,117,54\r\n", 30006),
        ("client", b"EPRT |2|fd00:10:77::10|42785|\r\n", 42785),
        ("server", b"227 Entering Passive Mode (10,77,0,26,117,69).\r\n", 30021),
        ("server", b"229 Entering Extended Passive Mode (|||30021|)\r\n", 30021),
    ],
)
def test_a_port_for_data_is_named_in_four_ways(side: Side, line: bytes, port: int) -> None:
    talk = spoken(("server", b"220 (227 is a code)\r\n"), (side, line), ("client", b"QUIT\r\n"))
    assert ftp.data_ports(talk) == [port]


def handed_in(letter: bytes = LETTER) -> Conversation:
    return spoken(
        ("server", b"220 mail ESMTP\r\n"),
        ("client", b"ehlo client\r\n"),
        ("server", b"250-mail\r\n250 OK\r\n"),
        ("client", b"data\r\n"),
        ("server", b"354 go on\r\n"),
        ("client", letter + b".\r\n"),
        ("server", b"250 queued\r\n"),
        ("client", b"QUIT\r\n"),
        ("server", b"221 bye\r\n"),
    )


def test_smtp_is_a_dialogue_of_commands_and_codes() -> None:
    assert mail.smtp_dialogue(handed_in()) == "220 EHLO 250 DATA 354 ... 250 QUIT 221"


def test_a_letter_is_the_same_by_smtp_pop3_and_imap() -> None:
    plain = LETTER.replace(b"\r\n..", b"\r\n.")
    by_pop3 = spoken(("client", b"RETR 1\r\n"), ("server", b"+OK 9 octets\r\n" + LETTER + b".\r\n"))
    literal = b"* 1 FETCH (BODY[] {%d}\r\n%s)\r\nA1 OK\r\n" % (len(plain), plain)
    by_imap = spoken(("client", b"A1 FETCH 1 BODY[]\r\n"), ("server", literal))
    letters = [
        mail.letter_by_smtp(handed_in()),
        mail.letter_by_pop3(by_pop3),
        mail.letter_by_imap(by_imap),
    ]
    for letter in letters:
        assert letter.get_payload() == "first\r\n.\r\nlast\r\n"
        assert letter.items() == [("From", "teacher"), ("Subject", "dots")]


@pytest.mark.parametrize("read", [mail.letter_by_smtp, mail.letter_by_pop3, mail.letter_by_imap])
def test_without_a_letter_there_is_none_to_read(read: object) -> None:
    assert callable(read)
    with pytest.raises(NotObserved):
        read(spoken(("server", b"220 mail\r\n"), ("client", b"QUIT\r\n")))


def test_queries_are_the_client_s_in_the_order_of_time() -> None:
    def packet(text: bytes) -> bytes:
        return (len(text) + 1).to_bytes(3, "little") + b"\0\x03" + text

    greeting = b"\x0a11\0" + bytes(13)
    asked: list[tuple[Side, bytes]] = [
        ("client", packet(b"SELECT 1\n  + 1")),
        ("server", packet(b"no")),
        ("client", packet(b"X")),
    ]
    assert mysql.queries(spoken(*asked)) == []
    talk = spoken(("server", len(greeting).to_bytes(4, "little") + greeting), *asked)
    assert [each.text for each in mysql.queries(talk)] == ["SELECT 1 + 1", "X"]
    assert [each.time_ns for each in mysql.queries(talk)] == sorted(
        message.time_ns for message in talk.messages if message.sender == "client"
    )
