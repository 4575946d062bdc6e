"""A real server answers on each standard port"""

import re

from lab import Command, Program, Scenario, Tcp, Udp

AUTHORITY = "/etc/ssl/socketlab/ca.crt"
# The table of the lecture: what is on which port, and which host of the lab has it.
TABLE = {
    21: ("ftp", "files"),
    22: ("ssh", "login"),
    23: ("telnet", "login"),
    25: ("smtp", "mail"),
    53: ("domain", "dns"),
    80: ("http", "web"),
    110: ("pop3", "mail"),
    119: ("nntp", "news"),
    143: ("imap", "mail"),
    443: ("https", "web"),
    993: ("imaps", "mail"),
}
# IMAP3 of the table, which never came into use; and one that was never given to any service.
NOBODYS = [220, 4]
HOSTS = ["files", "login", "mail", "web", "news"]
PORTS = [*TABLE, *NOBODYS]
# Seconds: a program of this many modules starts slowly where much else runs.
SLOW = 30
IN_THE_FILE = rf"^\S+\s+({'|'.join(map(str, PORTS))})/tcp\b"


scenario = Scenario(
    part="E",
    lectures=[3],
    hosts=HOSTS,
    client=[
        Command("grep", "-E", IN_THE_FILE, "/etc/services"),
        Program("table.py", *PORTS, deadline=SLOW),
        Program("ftp.py", "files", deadline=SLOW),
        Program("ssh.py", "login", deadline=SLOW),
        Program("telnet.py", "login", deadline=SLOW),
        Program("smtp.py", "mail", deadline=SLOW),
        Command("dig", "@{dns}", "+short", "web.lab.test"),
        Command("dig", "@{dns}", "+short", "+tcp", "web.lab.test"),
        Program("web.py", "web", deadline=SLOW),
        Program("web.py", "web", AUTHORITY, deadline=SLOW),
        Program("pop3.py", "mail", deadline=SLOW),
        Program("news.py", "news", deadline=SLOW),
        Program("news.py", "news", "socket", deadline=SLOW),
        Program("imap.py", "mail", deadline=SLOW),
        Program("imap.py", "mail", AUTHORITY, deadline=SLOW),
        Program("nobody.py", "mail", *NOBODYS, deadline=SLOW),
    ],
)


def words(observed, *command):
    """Return what the client's program that was given these words printed, as one text."""
    ran = observed.client.transcripts
    return "\n".join(next(t for t in ran if (t.program, *t.arguments) == command).stdout)


def greeting(observed, port):
    """Return what the server said on this port before the client said anything."""
    said = observed.conversations(Tcp(port))[0].messages[0]
    return said.data if said.direction == "server" else b""


def dialogue(observed, port):
    """Return what both ends said on this port."""
    conversation = observed.conversations(Tcp(port))[0]
    return conversation.sent, conversation.received


def test_the_file_and_python_know_the_services_by_the_ports_of_the_table(observed):
    lines = words(observed, "grep", "-E", IN_THE_FILE, "/etc/services").splitlines()
    names = {}
    for line in lines:
        first, port, *aliases = line.partition("#")[0].split()
        names[int(port.removesuffix("/tcp"))] = [first, *aliases]
    assert names.keys() == TABLE.keys()
    for port, (name, _) in TABLE.items():
        assert name in names[port]
    printed = words(observed, "table.py", *map(str, PORTS)).splitlines()
    nobody = ["is nobody's"]
    assert printed == [f"{port} {names.get(port, nobody)[0]}" for port in PORTS]


def test_every_service_is_spoken_to_on_its_port_of_the_table(observed):
    seen = {conversation.server.port for conversation in observed.conversations()}
    assert seen == {*TABLE, *NOBODYS}
    for port, (_, host) in TABLE.items():
        for conversation in observed.conversations(Tcp(port)):
            assert observed.names[conversation.server.ip] == host
            assert conversation.handshake == ["SYN", "SYN ACK", "ACK"]


def test_the_clients_own_ports_are_in_no_table(observed):
    for conversation in observed.conversations():
        assert conversation.client.port > 1023
        assert conversation.client.port not in PORTS


def test_some_servers_speak_first_and_some_wait_for_a_question(observed):
    first = {port: observed.conversations(Tcp(port))[0].messages[0].direction for port in TABLE}
    assert [port for port in TABLE if first[port] == "client"] == [53, 80, 443, 993]


def test_ftp_greets_and_tells_the_directory(observed):
    welcome, _, where = words(observed, "ftp.py", "files").splitlines()
    assert greeting(observed, 21).decode() == f"{welcome}\r\n"
    assert welcome.startswith("220 ")
    sent, received = dialogue(observed, 21)
    assert b"PWD\r\n" in sent
    assert where.startswith('257 "/home/student"')
    assert where.encode() in received


def test_ssh_greets_with_its_version_and_lists_its_algorithms_in_the_clear(observed):
    banner, message = words(observed, "ssh.py", "login").splitlines()
    assert banner.startswith("SSH-2.0-OpenSSH_")
    assert greeting(observed, 22).startswith(banner.encode() + b"\r\n")
    assert message.startswith("message 20 with ")
    assert message.split()[3].encode() in dialogue(observed, 22)[1]


def test_telnet_negotiates_before_it_asks_who_is_there(observed):
    options, prompt = words(observed, "telnet.py", "login").splitlines()
    assert prompt == "login:"
    sent, received = dialogue(observed, 23)
    # IAC DO or IAC WILL, and for each such IAC WONT or IAC DONT (RFC 854).
    asked = re.findall(rb"\xff[\xfb\xfd](.)", received.partition(b"login: ")[0], re.DOTALL)
    refused = re.findall(rb"\xff[\xfc\xfe](.)", sent, re.DOTALL)
    assert asked == refused
    assert options == "asked about options " + " ".join(str(option[0]) for option in asked)
    assert b"login: " in received


def test_smtp_greets_and_would_take_a_letter(observed):
    welcome, answer = words(observed, "smtp.py", "mail").splitlines()
    assert greeting(observed, 25).decode() == f"{welcome}\r\n"
    assert welcome.startswith("220 mail.lab.test ESMTP")
    assert answer == "250 2.1.5 Ok"
    assert b"RCPT TO:<student@lab.test>\r\n" in dialogue(observed, 25)[0].replace(b"rcpt", b"RCPT")


def test_dns_answers_the_same_over_udp_and_over_tcp(observed):
    over_udp, over_tcp = [each for each in observed.client.transcripts if each.program == "dig"]
    assert over_udp.stdout == over_tcp.stdout != []
    asked = [
        packet.dns
        for conversation in observed.conversations(Udp(53))
        for packet in conversation.packets
        if packet.dns.qr and packet.dns.questions[0].name == "web.lab.test"
    ]
    assert [record.data for message in asked for record in message.answers] == over_udp.stdout
    # A message in TCP has its length before it (RFC 1035, 4.2.2); the rest is the same but the ID.
    received = dialogue(observed, 53)[1]
    assert int.from_bytes(received[:2], "big") == len(received) - 2
    assert bytes(map(int, over_tcp.stdout[0].split("."))) in received


def test_http_answers_a_question_with_a_page(observed):
    status, size = words(observed, "web.py", "web").splitlines()
    assert status == "200 OK text/html"
    sent, received = dialogue(observed, 80)
    assert sent.startswith(b"GET / HTTP/1.1\r\n")
    head, _, page = received.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert size == f"{len(page)} bytes"


def test_https_brings_the_same_page_and_nobody_can_read_it(observed):
    assert words(observed, "web.py", "web", AUTHORITY) == words(observed, "web.py", "web")
    page = dialogue(observed, 80)[1].partition(b"\r\n\r\n")[2]
    sent, received = dialogue(observed, 443)
    assert sent[:2] == received[:2] == b"\x16\x03"
    assert page
    assert page not in received
    assert b"GET" not in sent


def test_pop3_greets_and_lets_the_student_in(observed):
    welcome, answer = words(observed, "pop3.py", "mail").splitlines()
    assert greeting(observed, 110).decode() == f"{welcome}\r\n"
    assert (welcome[:3], answer) == ("+OK", "+OK Logged in.")
    sent, received = dialogue(observed, 110)
    assert b"USER student\r\n" in sent
    assert answer.encode() in received


def test_nntp_greets_and_brings_an_article_with_the_module_and_with_a_socket(observed):
    welcome, article = words(observed, "news.py", "news").splitlines()
    assert words(observed, "news.py", "news", "socket").splitlines() == [welcome, article]
    assert greeting(observed, 119).decode() == f"{welcome}\r\n"
    assert welcome.startswith("201 news.lab.test ")
    for conversation in observed.conversations(Tcp(119)):
        assert b"GROUP lab.test\r\nARTICLE 1\r\n" in conversation.sent
        assert article.encode() + b"\r\n.\r\n" in conversation.received


def test_imap_greets_and_lists_the_mailboxes(observed):
    welcome, mailbox = words(observed, "imap.py", "mail").splitlines()
    assert greeting(observed, 143).decode() == f"{welcome}\r\n"
    assert welcome.startswith("* OK ")
    assert mailbox.endswith(" INBOX")
    assert mailbox.encode() in dialogue(observed, 143)[1]


def test_imap_inside_tls_says_the_same_and_nobody_can_read_it(observed):
    welcome, mailbox = words(observed, "imap.py", "mail", AUTHORITY).splitlines()
    assert (welcome[:5], mailbox.split()[-1]) == ("* OK ", "INBOX")
    sent, received = dialogue(observed, 993)
    assert sent[:2] == received[:2] == b"\x16\x03"
    assert welcome.encode() not in received
    assert b"LOGIN" not in sent


def test_a_port_that_nobody_serves_is_refused_with_a_reset(observed):
    printed = words(observed, "nobody.py", "mail", *map(str, NOBODYS)).splitlines()
    assert printed == [f"{port} connection refused" for port in NOBODYS]
    for port in NOBODYS:
        assert observed.conversation(Tcp(port)).handshake == ["SYN", "RST ACK"]
