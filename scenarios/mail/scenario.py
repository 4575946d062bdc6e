"""SMTP delivers a letter, IMAP and POP3 read it"""

import pytest

from lab import Command, Program, Scenario, Tcp, mail

SMTP, POP3, IMAP, IMAPS = Tcp(25), Tcp(110), Tcp(143), Tcp(993)
AUTHORITY = "/etc/ssl/socketlab/ca.crt"
READERS = ["IMAP", "IMAP in TLS", "POP3"]
SET = ["From", "To", "Subject", "Content-Type", "Content-Transfer-Encoding", "MIME-Version"]
ADDED = {"Return-Path", "X-Original-To", "Delivered-To", "Received", "Message-Id", "Date"}


def steps(lab):
    lab.client.run(Command("dig", "+short", "MX", "lab.test"))
    lab.client.run(Program("send.py", "mail", "student@lab.test", "{word}"), name="to a student")
    lab.client.run(Program("read_imap.py", "mail"), name="IMAP")
    lab.client.run(Program("read_imap.py", "mail", AUTHORITY), name="IMAP in TLS")
    lab.client.run(Program("read_pop.py", "mail"), name="POP3")
    to_a_stranger = Program("send.py", "mail", "stranger@lab.test", "{word2}", fails=1)
    lab.client.run(to_a_stranger, name="to a stranger")


scenario = Scenario(part="E", lectures=[3], hosts=["client", "mail"], steps=steps, deadline=30)


def text(observed):
    going_on = f"and yet the letter goes on: {observed.word}."
    return ["Dear student,", "the next line is a dot and nothing else:", ".", going_on]


def test_the_dns_says_which_host_takes_the_domains_mail(observed):
    assert observed.client["dig"].stdout == ["10 mail.lab.test."]
    (response,) = observed.name_lookups("lab.test").responses
    (answer,) = response.answers
    assert (answer.name, answer.type, answer.data) == ("lab.test", "MX", "10 mail.lab.test")


def test_a_letter_is_handed_in_as_a_dialogue_that_says_who_sends_and_who_gets_it(observed):
    talk, _ = observed.conversations(SMTP)
    assert mail.smtp_dialogue(talk) == "220 EHLO 250 MAIL 250 RCPT 250 DATA 354 ... 250 QUIT 221"
    assert b"\r\nmail FROM:<teacher@lab.test>" in talk.sent
    assert b"\r\nrcpt TO:<student@lab.test>\r\n" in talk.sent
    assert observed.client["to a student"].stdout[-1] == "mail took it for student@lab.test"


@pytest.mark.parametrize("reader", READERS)
def test_every_reader_prints_the_letter(observed, reader):
    printed = observed.client[reader].stdout
    assert printed[-4:] == text(observed)
    assert f"teacher@lab.test wrote: A letter about {observed.word}" in printed


def test_the_letter_arrives_as_it_was_handed_in(observed):
    talk, _ = observed.conversations(SMTP)
    written = mail.letter_by_smtp(talk)
    assert written.keys() == SET
    assert written.get_payload().splitlines() == text(observed)
    by_imap = mail.letter_by_imap(observed.conversation(IMAP))
    for arrived in (by_imap, mail.letter_by_pop3(observed.conversation(POP3))):
        assert arrived.get_payload() == written.get_payload()
        assert [(name, arrived[name]) for name in SET] == written.items()


def test_the_servers_add_who_took_it_from_whom_and_when(observed):
    arrived = mail.letter_by_imap(observed.conversation(IMAP))
    assert set(arrived.keys()) - set(SET) == ADDED
    assert observed.client.address in arrived["Received"]
    assert "by mail.lab.test" in arrived["Received"]
    assert arrived["Message-Id"].endswith("@mail.lab.test>")
    for reader in READERS:
        assert observed.client[reader].findall("^header: (.+)$") == [(", ".join(arrived.keys()),)]


def test_a_line_that_is_a_dot_goes_over_smtp_and_pop_as_two(observed):
    talk, _ = observed.conversations(SMTP)
    assert b"\r\n..\r\n" in talk.sent
    assert b"\r\n..\r\n" in observed.conversation(POP3).received
    assert b"\r\n.\r\n" in observed.conversation(IMAP).received


def test_imap_leaves_the_letter_where_it_is_and_pop_takes_it_away(observed):
    counted = [observed.client[reader].findall(r"^(\d) in the mailbox$") for reader in READERS]
    assert counted == [[("1",)], [("1",)], [("1",), ("0",)]]
    assert b"DELE 1\r\n" in observed.conversation(POP3).sent


def test_whoever_listens_can_read_the_password_but_inside_tls_nothing(observed):
    assert b"PASS lab-student\r\n" in observed.conversation(POP3).sent
    assert b"lab-student" in observed.conversation(IMAP).sent
    assert observed.conversation(IMAPS).is_tls
    assert observed.conversation(IMAPS).hides("lab-student", "LOGIN", observed.word)


def test_a_letter_for_somebody_unknown_is_refused_before_it_is_sent(observed):
    (refused,) = observed.client["to a stranger"].stderr
    assert refused.startswith("refused: 550 5.1.1 <stranger@lab.test>")
    _, talk = observed.conversations(SMTP)
    assert mail.smtp_dialogue(talk) == "220 EHLO 250 MAIL 250 RCPT 550 RSET 250 QUIT 221"
    assert observed.word2.encode() not in talk.sent
