"""SMTP delivers a letter, IMAP and POP3 read it"""

import email
import re

from lab import Command, Program, Scenario, Tcp, Udp

DNS, SMTP, POP3, IMAP, IMAPS = Udp(53), Tcp(25), Tcp(110), Tcp(143), Tcp(993)
AUTHORITY = "/etc/ssl/socketlab/ca.crt"
# Seconds: a program of this many modules starts slowly where much else runs.
SLOW = 30
PASSWORD = b"lab-student"
TEXT = [
    "Dear student,",
    "the next line is a dot and nothing else:",
    ".",
    "and yet the letter goes on.",
]
SET = ["From", "To", "Subject", "Content-Type", "Content-Transfer-Encoding", "MIME-Version"]
ADDED = {"Return-Path", "X-Original-To", "Delivered-To", "Received", "Message-Id", "Date"}


def steps(lab):
    # What an earlier run may have left.
    lab.mail.run(Command("rm", "-rf", "/home/student/Maildir"))
    lab.client.run(Command("dig", "+short", "MX", "lab.test"))
    lab.client.run(Program("send.py", "mail", "student@lab.test", deadline=SLOW))
    lab.client.run(Program("read_imap.py", "mail", deadline=SLOW))
    lab.client.run(Program("read_imap.py", "mail", AUTHORITY, deadline=SLOW))
    lab.client.run(Program("read_pop.py", "mail", deadline=SLOW))
    lab.client.run(Program("send.py", "mail", "stranger@lab.test", deadline=SLOW))


scenario = Scenario(part="E", lectures=[3], hosts=["client", "mail"], steps=steps)


def run(observed, *words):
    """Return the transcript of the client's program that was given these words."""
    ran = observed.client.transcripts
    return next(each for each in ran if (each.program, *each.arguments) == words)


def readers(observed):
    """Return the transcripts of the three programs that read the letter."""
    return [
        run(observed, "read_imap.py", "mail"),
        run(observed, "read_imap.py", "mail", AUTHORITY),
        run(observed, "read_pop.py", "mail"),
    ]


def handed_in(observed):
    """Return the letter as it went over SMTP: what follows DATA, until the line that is a dot."""
    sent = observed.conversations(SMTP)[0].sent
    letter, end, _ = sent.partition(b"\r\ndata\r\n")[2].partition(b"\r\n.\r\n")
    assert end
    return letter + b"\r\n"


def by_imap(observed):
    """Return the letter as IMAP brought it: so many bytes as stand before it in braces."""
    received = observed.conversation(IMAP).received
    found = re.search(rb"BODY\[\] \{(\d+)\}\r\n", received)
    return received[found.end() :][: int(found[1])]


def by_pop(observed):
    """Return the letter as it came over POP3: until the line that is a dot."""
    received = observed.conversation(POP3).received
    return re.search(rb"\+OK \d+ octets\r\n(.*?\r\n)\.\r\n", received, re.DOTALL)[1]


def with_single_dots(letter):
    """Take away the dot that SMTP and POP3 put before each line that begins with one."""
    return letter.replace(b"\r\n..", b"\r\n.")


def codes_and_commands(conversation):
    """Return the dialogue: the servers' codes, the client's commands, and "..." for the letter."""
    told = []
    for message in conversation.messages:
        text = message.data.decode()
        if message.direction == "server":
            told.append(re.findall(r"^(\d{3}) ", text, re.MULTILINE)[0])
        else:
            told.append("..." if text.startswith("From:") else text.split()[0].upper())
    return " ".join(told)


def test_the_dns_says_which_host_takes_the_domains_mail(observed):
    assert run(observed, "dig", "+short", "MX", "lab.test").stdout == ["10 mail.lab.test."]
    told = [packet.dns for each in observed.conversations(DNS) for packet in each.packets]
    answers = [answer for message in told for answer in message.answers if answer.type == "MX"]
    assert [(answer.name, answer.data) for answer in answers] == [("lab.test", "10 mail.lab.test")]


def test_a_letter_is_handed_in_as_a_dialogue_of_commands_and_codes(observed):
    dialogue = codes_and_commands(observed.conversations(SMTP)[0])
    assert dialogue == "220 EHLO 250 MAIL 250 RCPT 250 DATA 354 ... 250 QUIT 221"


def test_the_envelope_says_who_sends_and_who_gets_it(observed):
    sent = observed.conversations(SMTP)[0].sent
    assert b"\r\nmail FROM:<teacher@lab.test>" in sent
    assert b"\r\nrcpt TO:<student@lab.test>\r\n" in sent


def test_every_reader_prints_the_letter(observed):
    for reader in readers(observed):
        assert reader.stdout[-len(TEXT) :] == TEXT
        assert "teacher@lab.test wrote: A letter by SMTP" in reader.stdout


def test_the_letter_arrives_as_it_was_handed_in(observed):
    written = email.message_from_bytes(with_single_dots(handed_in(observed)))
    assert written.keys() == SET
    for brought in (by_imap(observed), with_single_dots(by_pop(observed))):
        arrived = email.message_from_bytes(brought)
        assert arrived.get_payload() == written.get_payload()
        assert [(name, arrived[name]) for name in SET] == written.items()


def test_the_servers_add_who_took_it_from_whom_and_when(observed):
    arrived = email.message_from_bytes(by_imap(observed))
    assert set(arrived.keys()) - set(SET) == ADDED
    assert observed.client.addresses[observed.family] in arrived["Received"]
    assert "by mail.lab.test" in arrived["Received"]
    assert arrived["Message-Id"].endswith("@mail.lab.test>")
    for reader in readers(observed):
        header = next(line for line in reader.stdout if line.startswith("header: "))
        assert header == "header: " + ", ".join(arrived.keys())


def test_a_line_that_is_a_dot_goes_over_smtp_and_pop_as_two(observed):
    assert b"\r\n..\r\n" in handed_in(observed)
    assert b"\r\n..\r\n" in by_pop(observed)
    assert b"\r\n.\r\n" in by_imap(observed)


def test_imap_leaves_the_letter_where_it_is_and_pop_takes_it_away(observed):
    plain, inside_tls, pop = [
        [line for line in reader.stdout if line.endswith("in the mailbox")]
        for reader in readers(observed)
    ]
    assert plain == inside_tls == ["1 in the mailbox"]
    assert pop == ["1 in the mailbox", "0 in the mailbox"]
    assert b"DELE 1\r\n" in observed.conversation(POP3).sent


def test_the_password_can_be_read_by_whoever_listens(observed):
    assert b"PASS " + PASSWORD + b"\r\n" in observed.conversation(POP3).sent
    assert PASSWORD in observed.conversation(IMAP).sent


def test_inside_tls_nothing_can_be_read(observed):
    conversation = observed.conversation(IMAPS)
    said = conversation.sent + conversation.received
    assert [PASSWORD in said, b"LOGIN" in said, b"Dear student" in said] == [False] * 3
    # A TLS record begins with its kind, 22 for a handshake, and a version, 3 (RFC 8446, 5.1).
    assert conversation.sent[:2] == conversation.received[:2] == b"\x16\x03"


def test_a_letter_for_somebody_unknown_is_refused_before_it_is_sent(observed):
    refused = run(observed, "send.py", "mail", "stranger@lab.test")
    assert refused.exit_status == 1
    assert refused.stderr[0].startswith("refused: 550 5.1.1 <stranger@lab.test>")
    _, conversation = observed.conversations(SMTP)
    assert codes_and_commands(conversation) == "220 EHLO 250 MAIL 250 RCPT 550 RSET 250 QUIT 221"
    assert b"Dear student" not in conversation.sent
