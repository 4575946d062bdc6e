"""A socket program serves a page to three clients"""

from lab import Command, Program, Scenario, Tcp
from lab.observation import png

WEB = Tcp(8080)
URL = "http://server:8080/"
PAGE = ["<!doctype html>", "<title>Socket Lab</title>", "<h1>Hello World!</h1>"]
SCREENSHOT = "page.png"

scenario = Scenario(
    part="D",
    lectures=[9],
    server=Program("browse.py", listens_on=WEB, serves=True),
    client=[
        Program("client.py", URL),
        Command("curl", "--silent", "--show-error", URL),
    ],
    browser=Command("browse", URL, "--screenshot", SCREENSHOT, keeps=SCREENSHOT, deadline=150),
)


def talks(observed, host):
    """Return the conversations that a host opened, in order."""
    own = observed.host(host).addresses[observed.family]
    return [talk for talk in observed.conversations(WEB) if talk.client.ip == own]


def asking(observed, host):
    """Return those of them that carry a request."""
    return [talk for talk in talks(observed, host) if talk.sent]


def everybody(observed):
    """Return the conversations of all browsers that carry a request."""
    return [*asking(observed, "client"), *asking(observed, "browser")]


def test_urllib_gets_the_page(observed):
    assert observed.client["client.py"].stdout == ["200 OK", "text/html; charset=utf-8", *PAGE]


def test_curl_gets_the_page(observed):
    assert observed.client["curl"].stdout == PAGE


def test_chromium_shows_the_title_and_the_heading_and_no_tags(observed):
    assert observed.browser["browse"].stdout == ["Socket Lab", "Hello World!"]


def test_the_screenshot_is_a_picture_with_something_on_it(observed):
    picture = observed.browser["browse"].files.get(SCREENSHOT)
    assert picture is not None, "the browser left no screenshot"
    assert not png.read(picture).is_blank


def test_the_server_prints_each_request_as_it_came(observed):
    printed = observed.server.stdout
    for host in ("client", "browser"):
        assert printed.count(f"from {observed.host(host).addresses[observed.family]}:") == 2
    assert printed.count("GET / HTTP/1.1") == 3
    assert printed.count("Host: server:8080") == 4
    agents = [line.partition(": ")[2] for line in printed if line.startswith("User-Agent: ")]
    for agent, times in (("Python-urllib/", 1), ("curl/", 1), ("Mozilla/5.0", 2)):
        assert len([each for each in agents if each.startswith(agent)]) == times


def test_urllib_and_curl_open_a_connection_each_one_after_the_other(observed):
    urllib, curl = talks(observed, "client")
    assert urllib.handshake == curl.handshake == ["SYN", "SYN ACK", "ACK"]
    assert urllib.client.port != curl.client.port
    assert urllib.ended_ns < curl.started_ns


def test_chromium_asks_for_the_page_and_then_for_its_icon_and_nothing_else(observed):
    first_lines = [talk.sent.partition(b"\r\n")[0] for talk in asking(observed, "browser")]
    assert first_lines == [b"GET / HTTP/1.1", b"GET /favicon.ico HTTP/1.1"]


def test_chromium_looks_up_the_name_of_the_server_and_no_other(observed):
    asked = {
        question.name
        for packet in observed.packets(at="browser")
        if packet.dns
        for question in packet.dns.questions
    }
    assert {name.partition(".")[0] for name in asked} == {"server"}


def test_a_request_is_a_request_line_and_headers_and_an_empty_line(observed):
    for conversation in everybody(observed):
        line, *headers = conversation.sent.split(b"\r\n")
        assert line in (b"GET / HTTP/1.1", b"GET /favicon.ico HTTP/1.1")
        assert b"Host: server:8080" in headers
        assert conversation.sent.endswith(b"\r\n\r\n")
        assert conversation.sent.count(b"\r\n\r\n") == 1


def test_an_answer_is_a_status_line_headers_an_empty_line_and_the_page(observed):
    for conversation in everybody(observed):
        head, _, body = conversation.received.partition(b"\r\n\r\n")
        status, *headers = head.split(b"\r\n")
        assert status == b"HTTP/1.1 200 OK"
        assert b"Content-Type: text/html; charset=utf-8" in headers
        assert b"Content-Length: %d" % len(body) in headers
        assert body.decode().splitlines() == PAGE


def test_each_connection_is_closed_from_both_ends_and_never_reset(observed):
    for conversation in observed.conversations(WEB):
        assert conversation.closed
        assert conversation.resets == ()
