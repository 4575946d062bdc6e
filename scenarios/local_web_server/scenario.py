"""One command serves the files of a folder over HTTP"""

from lab import Command, Program, Scenario, Tcp

WEB = Tcp(8000)
LOOPBACK = ("::1", "127.0.0.1")
DIRECTORY = ["200 OK", "  Directory listing for /", "  hello.html", "  notes.txt"]


def steps(lab):
    serve = ("-m", "http.server", "8000", "--bind", "::", "--directory", "site")
    lab.server.start(Command("python3", *serve, listens_on=WEB))
    lab.server.run(Program("fetch.py", "http://localhost:8000/"))
    pages = ("", "hello.html", "nowhere.html")
    lab.client.run(Program("fetch.py", *(f"http://server:8000/{page}" for page in pages)))


scenario = Scenario(part="D", lectures=[4], hosts=["client", "server"], steps=steps)


def log(observed):
    """Return the server's log as pairs: who asked, and what with which outcome."""
    lines = [line for line in observed.server["python3"].stderr if '"' in line]
    return [(line.split()[0].removeprefix("::ffff:"), line.split("] ")[1]) for line in lines]


def during(observed, transcript):
    """Return what crossed the server's card while a program ran, in the programs' protocols."""
    return [
        packet
        for packet in observed.packets("server")
        if packet.tcp or packet.udp
        if transcript.started_ns <= packet.time_ns <= transcript.ended_ns
    ]


def test_the_server_reaches_its_own_pages_by_localhost(observed):
    assert observed.server["fetch.py"].stdout == DIRECTORY
    (who, what), *_ = log(observed)
    assert who in LOOPBACK
    assert what == '"GET / HTTP/1.1" 200 -'


def test_nothing_crosses_the_network_for_localhost(observed):
    assert during(observed, observed.server["fetch.py"]) == []
    assert len(log(observed)) == 1 + len(observed.conversations(WEB, at="server"))


def test_the_client_gets_the_same_directory_by_the_servers_name(observed):
    assert observed.client.stdout[: len(DIRECTORY)] == DIRECTORY
    assert observed.client.stdout[: len(DIRECTORY)] == observed.server["fetch.py"].stdout


def test_a_file_is_served_as_it_is(observed):
    assert observed.client.stdout[4:6] == ["200 OK", "  Hello from a local server!"]
    page = observed.conversations(WEB)[1].received.partition(b"\r\n\r\n")[2]
    assert b"<h1>Hello from a local server!</h1>" in page


def test_what_is_not_there_is_answered_with_404(observed):
    assert observed.client.stdout[6] == "404 File not found"
    assert observed.conversations(WEB)[2].received.startswith(b"HTTP/1.0 404 ")


def test_each_page_for_the_client_is_a_conversation_on_the_network(observed):
    talks = observed.conversations(WEB)
    client, server = (
        host.addresses[observed.family] for host in (observed.client, observed.server)
    )
    assert [(talk.client.ip, talk.server.ip) for talk in talks] == [(client, server)] * 3
    assert [talk.sent.partition(b" HTTP")[0] for talk in talks] == [
        b"GET /",
        b"GET /hello.html",
        b"GET /nowhere.html",
    ]


def test_the_server_logs_who_asked_for_what_and_how_it_went(observed):
    client = observed.client.addresses[observed.family]
    assert log(observed)[1:] == [
        (client, '"GET / HTTP/1.1" 200 -'),
        (client, '"GET /hello.html HTTP/1.1" 200 -'),
        (client, '"GET /nowhere.html HTTP/1.1" 404 -'),
    ]
