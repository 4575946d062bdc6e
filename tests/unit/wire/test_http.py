"""HTTP is read as its RFC says, whatever the segments are, and other bytes are refused by name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wire import Wire

from lab.errors import NotObserved
from lab.wire.conversation.http import Headers, Http

GET = b"GET / HTTP/1.1\r\nHost: server\r\n\r\n"
HEAD = b"HEAD / HTTP/1.1\r\nHost: server\r\n\r\n"
POST = b"POST /shout HTTP/1.1\r\nHost: server\r\nContent-Length: 5\r\n\r\nhello"
PAGE = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npage"


def talk(sent: list[bytes], received: list[bytes], *, ends: bool = True) -> Http:
    """Return the HTTP of a conversation in which each side sends these segments."""
    wire = Wire()
    wire.opens()
    said = 1
    for data in sent:
        wire.say("client", "PSH ACK", said, 1, data)
        said += len(data)
    heard = 1
    for data in received:
        wire.say("server", "PSH ACK", heard, said, data)
        heard += len(data)
    if ends:
        wire.say("server", "FIN ACK", heard, said)
        wire.say("client", "FIN ACK", said, heard + 1)
    return wire.conversation().http


def test_a_request_and_a_response_are_told_part_by_part() -> None:
    http = talk([GET], [PAGE])
    [request], [response] = http.requests, http.responses
    assert (request.method, request.path, request.version) == ("GET", "/", "1.1")
    assert (request.start_line, request.body, request.complete) == ("GET / HTTP/1.1", b"", True)
    assert (response.status, response.reason, response.body) == (200, "OK", b"page")
    assert (response.start_line, response.complete) == ("HTTP/1.1 200 OK", True)
    assert http.exchanges == ((request, response),)
    assert request.time_ns < response.time_ns


@given(st.data())
def test_where_segments_begin_does_not_matter(data: st.DataObject) -> None:
    sent, received = GET + POST + HEAD, PAGE * 2 + b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"
    cuts = [sorted(data.draw(st.sets(st.integers(1, len(all_) - 1)))) for all_ in (sent, received)]
    parts = [
        [all_[begin:end] for begin, end in zip([0, *cut], [*cut, len(all_)], strict=True)]
        for all_, cut in zip((sent, received), cuts, strict=True)
    ]
    http = talk(*parts)
    assert [(one.method, one.body) for one in http.requests] == [
        ("GET", b""),
        ("POST", b"hello"),
        ("HEAD", b""),
    ]
    assert [(one.status, one.body) for one in http.responses] == [
        (200, b"page"),
        (200, b"page"),
        (200, b""),
    ]


def test_a_chunked_body_is_put_together() -> None:
    chunked = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\npa\r\n2\r\nge\r\n0\r\n\r\n"
    )
    [first, second] = talk([GET, GET], [chunked, PAGE]).responses
    assert (first.body, first.complete, second.body) == (b"page", True, b"page")


def test_a_body_without_a_length_ends_with_the_connection() -> None:
    answer = b"HTTP/1.0 200 OK\r\n\r\npage"
    [ended] = talk([GET], [answer]).responses
    assert (ended.body, ended.complete) == (b"page", True)
    [open_] = talk([GET], [answer], ends=False).responses
    assert (open_.body, open_.complete) == (b"page", False)


@pytest.mark.parametrize("ends", [True, False])
def test_a_body_shorter_than_announced_is_not_complete(ends: bool) -> None:
    lie = b"HTTP/1.1 200 OK\r\nContent-Length: 22\r\n\r\nThis is all."
    [answer] = talk([GET], [lie], ends=ends).responses
    assert (answer.body, answer.complete) == (b"This is all.", False)


def test_an_interim_response_is_passed_over() -> None:
    [answer] = talk([POST], [b"HTTP/1.1 100 Continue\r\n\r\n" + PAGE]).responses
    assert (answer.status, answer.body) == (200, b"page")


def test_a_conversation_in_which_nothing_is_said_has_no_messages() -> None:
    http = talk([], [])
    assert (http.requests, http.responses, http.exchanges) == ((), (), ())


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00", "no HTTP request"),
        (b"GET / HTTP/1.1\r\nHost: server\n\r\n", "a line that CR LF does not end: b'Host"),
        (b"GET / HTTP/1.1\r\nHos", "no HTTP request"),
        (b"GET / HTTP/1.1\r\n\r\n", "[Hh]ost"),
    ],
)
def test_what_is_no_request_is_told(sent: bytes, why: str) -> None:
    with pytest.raises(NotObserved, match=why):
        talk([sent], [PAGE]).requests  # noqa: B018 - asking is what raises


@pytest.mark.parametrize(
    "received",
    [b"220 mail ESMTP\r\n\r\n", b"HTTP/1.1 200 OK\r\nA: 1\nB: 2\r\n\r\n", PAGE + b"more"],
)
def test_what_is_no_response_is_told_and_the_requests_are_read_all_the_same(
    received: bytes,
) -> None:
    http = talk([GET], [received])
    with pytest.raises(NotObserved, match="HTTP response"):
        http.responses  # noqa: B018 - likewise
    assert len(http.requests) == 1


def test_head_answered_with_a_page_is_told() -> None:
    with pytest.raises(NotObserved, match="HTTP response"):
        talk([HEAD], [PAGE]).responses  # noqa: B018 - likewise


def test_a_header_is_found_in_small_or_capital_letters_and_repetitions_are_joined() -> None:
    headers = Headers([("Via", "a"), ("Content-Length", "5"), ("via", "b")])
    assert (headers["VIA"], headers["content-length"]) == ("a, b", "5")
    assert (list(headers), len(headers)) == (["Via", "Content-Length"], 2)
    assert headers.get("Date") is None


def test_several_conversations_are_one_in_the_order_of_time() -> None:
    one, other = talk([GET], [PAGE]), talk([POST], [PAGE])
    assert [each.method for each in Http.merged([one, other]).requests] == ["GET", "POST"]
    assert len(Http.merged([one, other]).exchanges) == 2
