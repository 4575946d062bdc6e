"""A form, two ways to send it, and a cookie"""

import pytest

from lab import Program, Scenario, Tcp

SERVERS = {"by_handler.py": Tcp(8080), "by_wsgi.py": Tcp(8081)}
URLS = {file: f"http://server.ipv{{version}}.lab.test:{SERVERS[file].port}/" for file in SERVERS}
each_server = pytest.mark.parametrize("server", SERVERS)

scenario = Scenario(
    part="G",
    server=[Program(file, "{answer}", listens_on=SERVERS[file], serves=True) for file in SERVERS],
    client=[Program("fill_in.py", URLS[file], "{word}", "{word2}", name=file) for file in SERVERS],
    browser=Program(
        "visit.py", URLS["by_wsgi.py"], "{word3}", keeps="page.png", deadline=150, traced=False
    ),
)


def exchanges(observed, server, client="client"):
    """Return what was asked and answered, in pairs."""
    return observed.http(SERVERS[server], client=client).exchanges


def posted(observed, server, client="client"):
    return [asked for asked, _ in exchanges(observed, server, client) if asked.method == "POST"]


@each_server
def test_a_form_is_written_as_a_url_or_as_parts_of_a_letter(observed, server):
    """A form is written as a URL or as the parts of a letter"""
    plain, parts = posted(observed, server)
    assert plain.headers["Content-Type"] == "application/x-www-form-urlencoded"
    name = f"{observed.word}+%26+%3Cb%3E{observed.word2}%3C%2Fb%3E"
    assert plain.body == f"name={name}".encode()
    assert parts.headers["Content-Type"] == "multipart/form-data; boundary=----here"
    assert parts.body.split(b"\r\n")[1:4] == [
        *(b'Content-Disposition: form-data; name="name"', b"", observed.word2.encode())
    ]


@each_server
def test_the_server_understands_both(observed, server):
    guests = [f"{observed.word} & <b>{observed.word2}</b>", observed.word2, observed.word3]
    kinds = ["application/x-www-form-urlencoded", "multipart/form-data"] * 2
    told = [
        f"{observed.answer}{number} is {name}, told by {kind}"
        for number, name, kind in zip((1, 2, 3), guests, kinds, strict=False)
    ]
    assert observed.server[server].stdout == (told if server == "by_wsgi.py" else told[:2])


@each_server
def test_the_answer_to_a_form_is_a_cookie_and_where_to_go_on(observed, server):
    answers = [got for asked, got in exchanges(observed, server) if asked.method == "POST"]
    assert [answer.status for answer in answers] == [303, 303]
    assert [answer.headers["Location"] for answer in answers] == ["/", "/"]
    cookies = [answer.headers["Set-Cookie"].split("; ") for answer in answers]
    flags = ["HttpOnly", "SameSite=Lax"]
    assert cookies == [[f"ticket={observed.answer}{number}", *flags] for number in (1, 2)]


@each_server
def test_who_shows_the_cookie_is_known_and_who_shows_none_is_not(observed, server):
    got = [asked for asked, _ in exchanges(observed, server) if asked.method == "GET"]
    one, two = (f"ticket={observed.answer}{number}" for number in (1, 2))
    assert [asked.headers.get("Cookie") for asked in got] == [None, one, one, two, None]
    first = f"<h1>Welcome, {observed.word} &amp; &lt;b&gt;{observed.word2}&lt;/b&gt;!</h1>"
    second, unknown = f"<h1>Welcome, {observed.word2}!</h1>", "<h1>Who are you?</h1>"
    assert observed.client[server].stdout == [unknown, first, first, second, unknown]


def test_chromium_fills_the_form_in_and_is_known_when_it_comes_back(observed):
    visit, welcome = observed.browser["visit.py"], f"Welcome, {observed.word3}!"
    assert visit.stdout == ["Who are you?", welcome, welcome]
    assert not visit.picture("page.png").is_blank
    (form,) = posted(observed, "by_wsgi.py", client="browser")
    assert form.body == f"name={observed.word3}".encode()


def test_a_handler_and_wsgi_serve_the_same_pages(observed):
    """A handler and WSGI serve the same pages"""
    handler, wsgi = (
        [(answer.status, answer.body) for _, answer in exchanges(observed, server)]
        for server in SERVERS
    )
    assert handler == wsgi != []
