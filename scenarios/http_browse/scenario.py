"""A socket program serves a page to three clients"""

from lab import Command, Program, Scenario, Tcp

WEB = Tcp(8080)
URL = "http://server:8080/"
PAGE = ["<!doctype html>", "<title>Socket Lab</title>", "<h1>Hello World!</h1>"]

scenario = Scenario(
    part="D",
    lectures=[9],
    server=Program("browse.py", listens_on=WEB, serves=True),
    client=[Program("client.py", URL), Command("curl", "--silent", "--show-error", URL)],
    browser=Command("browse", URL, "--screenshot", "page.png", keeps="page.png", deadline=150),
)


def test_urllib_and_curl_get_the_page_with_its_tags(observed):
    assert observed.client["client.py"].stdout == ["200 OK", "text/html; charset=utf-8", *PAGE]
    assert observed.client["curl"].stdout == PAGE


def test_chromium_shows_the_title_and_the_heading_and_no_tags(observed):
    assert observed.browser["browse"].stdout == ["Socket Lab", "Hello World!"]
    assert not observed.browser["browse"].picture("page.png").is_blank


def test_the_server_prints_each_request_as_it_came(observed):
    callers = [observed.client.address] * 2 + [observed.browser.address] * 2
    assert [ip for (ip,) in observed.server.findall(r"^from (.+):$")] == callers
    printed = observed.server.findall("^User-Agent: (.+)$")
    requests = observed.http(WEB).requests
    assert printed == [(request.headers["User-Agent"],) for request in requests]
    assert {request.start_line for request in requests} <= {*observed.server.stdout}


def test_urllib_and_curl_open_a_connection_each_one_after_the_other(observed):
    urllib, curl = observed.conversations(WEB, client="client")
    assert urllib.handshake == curl.handshake == ["SYN", "SYN ACK", "ACK"]
    assert urllib.client.port != curl.client.port
    assert urllib.ended_ns < curl.started_ns


def test_chromium_asks_for_the_page_and_its_icon_and_looks_up_the_server_and_no_other(observed):
    paths = [request.path for request in observed.http(WEB, client="browser").requests]
    assert paths == ["/", "/favicon.ico"]
    names = observed.name_lookups(at="browser").names
    assert names == [f"server.{observed.family}.lab.test"]


def test_a_request_is_a_request_line_and_headers_and_an_empty_line(observed):
    asked = [(request.method, request.path) for request in observed.http(WEB).requests]
    assert asked == [("GET", "/")] * 3 + [("GET", "/favicon.ico")]
    for request in observed.http(WEB).requests:
        assert (request.headers["Host"], request.body) == ("server:8080", b"")


def test_an_answer_is_a_status_line_headers_an_empty_line_and_the_page(observed):
    for response in observed.http(WEB).responses:
        assert response.start_line == "HTTP/1.1 200 OK"
        assert response.headers["Content-Type"] == "text/html; charset=utf-8"
        assert response.headers["Content-Length"] == str(len(response.body))
        assert response.body.decode().splitlines() == PAGE


def test_each_connection_is_closed_from_both_ends_and_never_reset(observed):
    for conversation in observed.conversations(WEB):
        assert conversation.closed
        assert conversation.resets == ()
