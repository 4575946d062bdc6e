"""One command serves the files of a folder over HTTP"""

from lab import Command, Program, Scenario, Tcp

WEB = Tcp(8000)
PAGES = ["/", "/hello.html", "/nowhere.html"]
DIRECTORY = ["200 OK", "  Directory listing for /", "  hello.html", "  notes.txt"]
LOG = r'^(?:::ffff:)?(\S+) - - \[.+\] ("GET .+)$'


def steps(lab):
    serve = ("-m", "http.server", "8000", "--bind", "::", "--directory", "site")
    lab.server.start(Command("python3", *serve, listens_on=WEB))
    lab.server.run(Program("fetch.py", "http://localhost:8000/"))
    lab.client.run(Program("fetch.py", *(f"http://server:8000{page}" for page in PAGES)))


scenario = Scenario(
    part="D", lectures=[4], hosts=["client", "server"], files={"server": "site"}, steps=steps
)


def test_the_server_reaches_its_own_pages_by_localhost(observed):
    assert observed.server["fetch.py"].stdout == DIRECTORY
    (address, request), *_ = observed.server["python3"].findall(LOG)
    assert address in ("::1", "127.0.0.1")
    assert request == '"GET / HTTP/1.1" 200 -'


def test_nothing_crosses_the_network_for_localhost(observed):
    assert observed.conversations(at="server", during=observed.server["fetch.py"]) == ()
    requests = observed.server["python3"].findall(LOG)
    assert len(requests) == 1 + len(observed.conversations(WEB, at="server"))


def test_the_client_gets_the_same_directory_by_the_servers_name(observed):
    assert observed.client.stdout[:4] == observed.server["fetch.py"].stdout == DIRECTORY


def test_a_file_is_served_as_it_is(observed):
    assert observed.client.stdout[4:6] == ["200 OK", "  Hello from a local server!"]
    assert b"<h1>Hello from a local server!</h1>" in observed.http(WEB).responses[1].body


def test_what_is_not_there_is_answered_with_404(observed):
    assert observed.client.stdout[6] == "404 File not found"
    assert observed.http(WEB).responses[2].start_line == "HTTP/1.0 404 File not found"


def test_each_page_for_the_client_is_a_conversation_on_the_network(observed):
    talks = observed.conversations(WEB)
    ends = (observed.client.address, observed.server.address)
    assert [(talk.client.ip, talk.server.ip) for talk in talks] == [ends] * 3
    asked = [(request.method, request.path) for request in observed.http(WEB).requests]
    assert asked == [("GET", page) for page in PAGES]


def test_the_server_logs_who_asked_for_what_and_how_it_went(observed):
    client = observed.client.address
    assert observed.server["python3"].findall(LOG)[1:] == [
        (client, '"GET / HTTP/1.1" 200 -'),
        (client, '"GET /hello.html HTTP/1.1" 200 -'),
        (client, '"GET /nowhere.html HTTP/1.1" 404 -'),
    ]
