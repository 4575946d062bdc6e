"""A real server answers on each standard port"""

import pytest

from lab import Command, Program, Scenario, Tcp, telnet

AUTHORITY = "/etc/ssl/socketlab/ca.crt"
# The table of the lecture: a service, its port, the host of the lab that has it, and who asks.
TABLE = {
    "ftp": (21, "files", Program("ftp.py", "files")),
    "ssh": (22, "login", Program("ssh.py", "login")),
    "telnet": (23, "login", Program("telnet.py", "login")),
    "smtp": (25, "mail", Program("smtp.py", "mail")),
    "domain by UDP": (53, "dns", Command("dig", "@{dns}", "+short", "web.lab.test")),
    "domain": (53, "dns", Command("dig", "@{dns}", "+short", "+tcp", "web.lab.test")),
    "http": (80, "web", Program("web.py", "web")),
    "https": (443, "web", Program("web.py", "web", AUTHORITY)),
    "pop3": (110, "mail", Program("pop3.py", "mail")),
    "nntp": (119, "news", Program("news.py", "news")),
    "nntp by socket": (119, "news", Program("news.py", "news", "socket")),
    "imap": (143, "mail", Program("imap.py", "mail")),
    "imaps": (993, "mail", Program("imap.py", "mail", AUTHORITY)),
}
PORTS = sorted({port for port, _, _ in TABLE.values()})
# IMAP3 of the table, which never came into use; and one that was never given to any service.
NOBODYS = [220, 4]
IN_THE_FILE = rf"^\S+\s+({'|'.join(map(str, [*PORTS, *NOBODYS]))})/tcp\b"
INBOX = r'(\HasNoChildren) "." INBOX'
NEWS = ("201 news.lab.test ", "GROUP lab.test\r\nARTICLE 1\r\n", "each reader's program knows")
# How a greeting begins, what the client asks, and a part of the answer, the last that it prints.
DIALOGUES = {
    "ftp": ("220 ", "PWD\r\n", '257 "/home/student"'),
    "smtp": ("220 mail.lab.test ESMTP", " TO:<student@lab.test>\r\n", "250 2.1.5 Ok"),
    "pop3": ("+OK", "USER student\r\n", "+OK Logged in."),
    "nntp": NEWS,
    "nntp by socket": NEWS,
    "imap": ("* OK ", " LIST ", INBOX),
}

scenario = Scenario(
    part="E",
    lectures=[3],
    hosts=["files", "login", "mail", "web", "news"],
    deadline=30,
    client=[
        Command("grep", "-E", IN_THE_FILE, "/etc/services"),
        Program("table.py", *PORTS, *NOBODYS),
        *(program.named(service) for service, (_, _, program) in TABLE.items()),
        Program("nobody.py", "mail", *NOBODYS),
    ],
)


def test_the_file_and_python_know_the_services_by_the_ports_of_the_table(observed):
    known = observed.client["grep"].findall(r"^(\S+)\s+(\d+)/tcp([^#]*)")
    names = {(int(port), each) for name, port, more in known for each in [name, *more.split()]}
    assert names >= {(port, service.split()[0]) for service, (port, *_) in TABLE.items()}
    assert [int(port) for _, port, _ in known] == PORTS
    printed = [f"{port} {name}" for name, port, _ in known]
    printed += [f"{port} is nobody's" for port in NOBODYS]
    assert observed.client["table.py"].stdout == printed


def test_every_service_is_spoken_to_on_its_port_of_the_table(observed):
    seen = {(each.server.port, observed.host_of(each.server)) for each in observed.conversations()}
    nobodys = {(port, "mail") for port in NOBODYS}
    assert seen == nobodys | {(port, host) for port, host, _ in TABLE.values()}
    for conversation in observed.conversations(*map(Tcp, PORTS)):
        assert conversation.handshake == ["SYN", "SYN ACK", "ACK"]


def test_the_clients_own_ports_are_in_no_table(observed):
    assert min(each.client.port for each in observed.conversations()) > 1023


def test_some_servers_speak_first_and_some_wait_for_a_question(observed):
    services = observed.conversations(*map(Tcp, PORTS))
    first = {each.server.port: each.spoke_first for each in services}
    waiting = (53, 80, 443, 993)
    assert first == {port: "client" if port in waiting else "server" for port in PORTS}


@pytest.mark.parametrize("service", DIALOGUES)
def test_a_server_greets_and_answers_a_question(observed, service):
    welcome, question, answer = DIALOGUES[service]
    talk = observed.conversation("tcp", during=observed.client[service])
    greeting, *_, answered = observed.client[service].stdout
    assert talk.greeting.decode() == f"{greeting}\r\n"
    assert greeting.startswith(welcome)
    assert question in talk.sent.decode()
    assert answer in answered
    assert f"{answered}\r\n" in talk.received.decode()


def test_ssh_greets_with_its_version_and_lists_its_algorithms_in_the_clear(observed):
    banner, _ = observed.client["ssh"].stdout
    [(algorithm,)] = observed.client["ssh"].findall("^message 20 with (.+) and others")
    assert banner.startswith("SSH-2.0-OpenSSH_")
    assert observed.conversation(Tcp(22)).greeting.startswith(f"{banner}\r\n".encode())
    assert algorithm.encode() in observed.conversation(Tcp(22)).received


def test_telnet_negotiates_before_it_asks_who_is_there(observed):
    talk = observed.conversation(Tcp(23))
    asked = telnet.requests(talk.received.partition(b"login: ")[0])
    options = " ".join(map(str, asked))
    assert observed.client["telnet"].stdout == [f"asked about options {options}", "login:"]
    assert telnet.refusals(talk.sent) == asked
    assert b"login: " in telnet.text(talk.received)


def test_dns_answers_the_same_over_udp_and_over_tcp(observed):
    [address] = observed.client["domain"].stdout
    assert observed.client["domain by UDP"].stdout == [address]
    assert observed.name_lookups("web.lab.test").answers == [address]
    # A message in TCP has its length before it (RFC 1035, 4.2.2); the rest is the same but the ID.
    received = observed.conversation(Tcp(53)).received
    assert int.from_bytes(received[:2], "big") == len(received) - 2
    assert bytes(map(int, address.split("."))) in received


def test_http_answers_a_question_with_a_page(observed):
    [(request, response)] = observed.http(Tcp(80)).exchanges
    assert (request.start_line, response.start_line) == ("GET / HTTP/1.1", "HTTP/1.1 200 OK")
    assert observed.client["http"].stdout == ["200 OK text/html", f"{len(response.body)} bytes"]


def test_https_brings_the_same_page_and_nobody_can_read_it(observed):
    [page] = observed.http(Tcp(80)).responses
    assert observed.client["https"].stdout == observed.client["http"].stdout
    assert observed.conversation(Tcp(443)).is_tls
    assert observed.conversation(Tcp(443)).hides("GET", page.body)


def test_imap_inside_tls_says_the_same_and_nobody_can_read_it(observed):
    welcome, mailbox = observed.client["imaps"].stdout
    assert (welcome[:5], mailbox) == ("* OK ", INBOX)
    assert observed.conversation(Tcp(993)).is_tls
    assert observed.conversation(Tcp(993)).hides("LOGIN", welcome)


def test_a_port_that_nobody_serves_is_refused_with_a_reset(observed):
    assert observed.client["nobody.py"].stdout == [f"{port} connection refused" for port in NOBODYS]
    refused = [observed.conversation(Tcp(port)).handshake for port in NOBODYS]
    assert refused == [["SYN", "RST ACK"]] * 2
