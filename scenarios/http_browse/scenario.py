"""HTTP browse: a socket program answers two browsers, urllib and curl, with a page."""

from lab import Command, Program, Scenario, Tcp

WEB = Tcp(8080)
URL = "http://server:8080/"
PAGE = ["<!doctype html>", "<title>Socket Lab</title>", "<h1>Hello World!</h1>"]

scenario = Scenario(
    part="D",
    lectures=[9],
    server=Program("browse.py", listens_on=WEB, serves=True),
    client=[
        Program("client.py", URL),
        Command("curl", "--silent", "--show-error", URL),
    ],
)


def test_urllib_gets_the_page(observed):
    assert observed.client["client.py"].stdout == ["200 OK", "text/html; charset=utf-8", *PAGE]


def test_curl_gets_the_page(observed):
    assert observed.client["curl"].stdout == PAGE


def test_the_server_prints_each_request_as_it_came(observed):
    printed = observed.server.stdout
    client = observed.client.addresses[observed.family]
    assert printed.count(f"from {client}:") == 2
    assert printed.count("GET / HTTP/1.1") == 2
    assert printed.count("Host: server:8080") == 2
    assert len([line for line in printed if line.startswith("User-Agent: Python-urllib/")]) == 1
    assert len([line for line in printed if line.startswith("User-Agent: curl/")]) == 1


def test_each_browser_opens_a_connection_of_its_own(observed):
    urllib, curl = observed.conversations(WEB)
    assert urllib.handshake == curl.handshake == ["SYN", "SYN ACK", "ACK"]
    assert urllib.client.port != curl.client.port


def test_a_request_is_a_request_line_and_headers_and_an_empty_line(observed):
    for conversation in observed.conversations(WEB):
        assert conversation.sent.startswith(b"GET / HTTP/1.1\r\n")
        assert b"\r\nHost: server:8080\r\n" in conversation.sent
        assert conversation.sent.endswith(b"\r\n\r\n")
        assert conversation.sent.count(b"\r\n\r\n") == 1


def test_an_answer_is_a_status_line_headers_an_empty_line_and_the_page(observed):
    for conversation in observed.conversations(WEB):
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


def test_the_first_connection_is_over_before_the_second_begins(observed):
    urllib, curl = observed.conversations(WEB)
    assert urllib.ended_ns < curl.started_ns
