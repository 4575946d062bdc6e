"""A real server answers on each standard port"""

import pytest

from lab import Command, Program, Scenario, Tcp, telnet

MAIL = ("220 mail.lab.test ESMTP", ":<{word}@lab.test>\r\nrcpt TO:<student@lab.test>\r\n", "250 ")
NEWS = ("201 news.lab.test ", "GROUP lab.test\r\nARTICLE 1\r\n", "each reader's program knows")
TABLE = {  # its port, who asks which host; where it greets: how, a question, a part of the answer
    "ftp": (21, Program("ftp.py", "files", "{word}"), "220 ", "MKD {word}\r\n", 'student/{word}"'),
    "ssh": (22, Program("ssh.py", "login"), "SSH-2.0-OpenSSH_", "SSH-2.0-SocketLab\r\n", "-sha"),
    "telnet": (23, Program("telnet.py", "login")),
    "smtp": (25, Program("smtp.py", "mail", "{word}"), *MAIL),
    "domain by UDP": (53, Command("dig", "@{dns}", "+short", "web.lab.test")),
    "domain": (53, Command("dig", "@{dns}", "+short", "+tcp", "web.lab.test")),
    "http": (80, Program("web.py", "web", "{word}")),
    "https": (443, Program("web.py", "web", "{word}", "/etc/ssl/socketlab/ca.crt")),
    "pop3": (110, Program("pop3.py", "mail"), "+OK", "USER student\r\n", "+OK Logged in."),
    "nntp": (119, Program("news.py", "news"), *NEWS),
    "nntp by socket": (119, Program("news.py", "news", "socket"), *NEWS),
    "imap": (143, Program("imap.py", "mail", "{word}"), "* OK ", ' LIST "" {word}', '"." {word}'),
    "imaps": (993, Program("imap.py", "mail", "{word}", "/etc/ssl/socketlab/ca.crt")),
}
PORTS = sorted({port for port, *_ in TABLE.values()})
NOBODYS = [220, 4]  # IMAP3, which never came into use; and one that no service was ever given
PROGRAMS = [
    Command("grep", "-E", rf"\s({'|'.join(map(str, PORTS + NOBODYS))})/tcp\b", "/etc/services"),
    Program("table.py", *PORTS, *NOBODYS),
    *(program.named(service) for service, (_, program, *_) in TABLE.items()),
    Program("nobody.py", "mail", *NOBODYS),
]
HOSTS = ["files", "login", "mail", "web", "news"]
scenario = Scenario(part="E", lectures=[3], hosts=HOSTS, client=PROGRAMS, deadline=30)


def test_the_file_and_python_know_the_services_by_the_ports_of_the_table(observed):
    known = observed.client["grep"].findall(r"^(\S+)\s+(\d+)/tcp([^#]*)")
    names = {(int(port), each) for name, port, more in known for each in [name, *more.split()]}
    assert names >= {(port, service.split()[0]) for service, (port, *_) in TABLE.items()}
    printed = [f"{port} {name}" for name, port, _ in known]
    assert observed.client["table.py"].stdout == [*printed, "220 is nobody's", "4 is nobody's"]


def test_every_service_is_spoken_to_on_its_port_of_the_table_from_a_port_of_none(observed):
    seen = {(each.server.port, observed.host_of(each.server)) for each in observed.conversations()}
    services = {(port, asks.arguments[0].strip("@{}")) for port, asks, *_ in TABLE.values()}
    assert seen == services | {(port, "mail") for port in NOBODYS}
    assert min(each.client.port for each in observed.conversations()) > 1023


def test_some_servers_speak_first_and_some_wait_for_a_question(observed):
    first = {each.server.port: each.spoke_first for each in observed.conversations("tcp")}
    assert [port for port in PORTS if first[port] == "client"] == [53, 80, 443, 993]
    assert [port for port in PORTS if first[port] == "server"] == [21, 22, 23, 25, 110, 119, 143]


@pytest.mark.parametrize("service", [service for service, row in TABLE.items() if row[2:]])
def test_a_server_greets_and_answers_a_question(observed, service):
    welcome, question, answer = [each.format(word=observed.word) for each in TABLE[service][2:]]
    talk = observed.conversation("tcp", during=observed.client[service])
    greeting, *_, answered = observed.client[service].stdout
    assert welcome.encode() in f"{greeting}\r\n".encode() in talk.greeting
    assert question.encode() in talk.sent
    assert answer.encode() in answered.encode() in talk.received


def test_telnet_negotiates_before_it_asks_who_is_there(observed):
    talk = observed.conversation(Tcp(23))
    asked = telnet.requests(talk.received.partition(b"login: ")[0])
    assert observed.client["telnet"].stdout == [f"asked about options {asked}", "login:"]
    assert telnet.refusals(talk.sent) == asked
    assert b"login: " in telnet.text(talk.received)


def test_dns_answers_the_same_over_udp_and_over_tcp(observed):
    by_udp, by_tcp = (observed.client[each].stdout for each in ("domain by UDP", "domain"))
    received = observed.conversation(Tcp(53)).received
    assert observed.name_lookups("web.lab.test").answers == [*by_udp, *by_tcp] == by_udp * 2
    assert int.from_bytes(received[:2], "big") == len(received) - 2  # first its length (RFC 1035)
    assert bytes(map(int, by_tcp[0].split("."))) in received


def test_http_answers_a_question_with_a_page(observed):
    [(get, page)] = observed.http(Tcp(80)).exchanges
    assert (get.start_line, page.status) == (f"GET /?{observed.word} HTTP/1.1", 200)
    assert observed.client["http"].stdout == ["200 OK text/html", f"{len(page.body)} bytes"]


@pytest.mark.parametrize(("port", "service"), [(443, "http"), (993, "imap")])
def test_inside_tls_a_server_says_the_same_and_nobody_can_read_it(observed, port, service):
    plain, inside = (observed.client[each].stdout for each in (service, f"{service}s"))
    assert [inside[0][:5], inside[-1]] == [plain[0][:5], plain[-1]]
    assert observed.conversation(Tcp(port)).is_tls
    [page] = observed.http(Tcp(80)).responses
    assert observed.conversation(Tcp(port)).hides("GET", "LOGIN", observed.word, *inside, page.body)


def test_a_port_that_nobody_serves_is_refused_with_a_reset(observed):
    assert observed.client["nobody.py"].stdout == [f"{port} connection refused" for port in NOBODYS]
    assert all(observed.conversation(Tcp(port)).handshake == ["SYN", "RST ACK"] for port in NOBODYS)
