"""One command serves the files of a folder over HTTP"""

from lab import Command, Program, Scenario, Tcp

WEB = Tcp(8000)
LOG = r'^(?:::ffff:)?(\S+) - - \[.+\] "GET (\S+) HTTP/1.1" (\d+) -$'


def steps(lab):
    page = "<!doctype html>\n<title>Socket Lab</title>\n<h1>Hello from {answer}!</h1>\n"
    lab.server.run(Command("tee", "site/hello.html", "site/hello-{answer2}.html", stdin=page))
    serve = ("-m", "http.server", "8000", "--bind", "::", "--directory", "site")
    lab.server.start(Command("python3", *serve, listens_on=WEB, serves=True))
    lab.server.run(Program("fetch.py", "http://localhost:8000/"))
    pages = ("", "hello.html", "{word}.html")
    lab.client.run(Program("fetch.py", *(f"http://server:8000/{page}" for page in pages)))


scenario = Scenario(
    part="D", lectures=[4], hosts=["client", "server"], files={"server": "site"}, steps=steps
)


def directory(observed):
    """Return what fetch.py prints of the list of files."""
    files = (f"hello-{observed.answer2}.html", "hello.html")
    return ["200 OK", "  Directory listing for /", *(f"  {file}" for file in files)]


def test_the_server_reaches_its_own_pages_by_localhost_and_nothing_crosses_the_network(observed):
    fetch = observed.server["fetch.py"]
    assert fetch.stdout == directory(observed)
    (address, *request), *others = observed.server["python3"].findall(LOG)
    assert address in ("::1", "127.0.0.1")
    assert request == ["/", "200"]
    assert observed.conversations(at="server", during=fetch) == ()
    assert len(others) == len(observed.conversations(WEB, at="server"))


def test_the_client_gets_the_same_directory_by_the_servers_name(observed):
    assert observed.client.stdout[:4] == directory(observed)


def test_a_file_is_served_as_it_is(observed):
    assert observed.client.stdout[4:6] == ["200 OK", f"  Hello from {observed.answer}!"]
    body = observed.http(WEB).responses[1].body.decode()
    assert body.splitlines() == observed.server["tee"].stdout


def test_what_is_not_there_is_answered_with_404(observed):
    assert observed.client.stdout[6] == "404 File not found"
    assert observed.http(WEB).responses[2].start_line == "HTTP/1.0 404 File not found"


def test_each_page_for_the_client_is_a_conversation_on_the_network_and_a_line_in_the_log(observed):
    talks = observed.conversations(WEB)
    ends = (observed.client.address, observed.server.address)
    assert [(talk.client.ip, talk.server.ip, talk.turns) for talk in talks] == [
        (*ends, ["client", "server"])
    ] * 3
    client = observed.client.address
    visits = [
        (client, asked.path, str(answer.status)) for asked, answer in observed.http(WEB).exchanges
    ]
    assert [path for _, path, _ in visits] == ["/", "/hello.html", f"/{observed.word}.html"]
    assert observed.server["python3"].findall(LOG)[1:] == visits
