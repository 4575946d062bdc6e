"""An HTTP connection carries one request or several"""

from lab import Program, Scenario, Tcp

WEB = Tcp(8080)

scenario = Scenario(
    part="D",
    lectures=[6],
    deadline=30,
    server=Program("server.py", "{answer}", listens_on=WEB, serves=True),
    client=[Program("once.py", "server"), Program("kept.py", "server", "{word}", "{word2}")],
)


def kept(observed):
    """Return the requests of the connection that HTTP/1.1 keeps open, each with its response."""
    return observed.conversations(WEB)[-1].http.exchanges


def printed(answer):
    """Return what the client of HTTP/1.1 prints of an answer that is as long as it says."""
    length = answer.headers["Content-Length"]
    told = f"{answer.status} {answer.reason}, Content-Length: {length}"
    return [told, f"{len(answer.body)} bytes: {answer.body.decode()!r}"]


def test_every_request_gets_one_answer_in_the_order_of_the_requests(observed):
    exchanges = observed.http(WEB).exchanges
    log = [f"{request.start_line}: {response.status}" for request, response in exchanges]
    assert log == [
        "GET / HTTP/1.0: 200",
        "GET /lie HTTP/1.0: 200",
        "GET / HTTP/1.1: 200",
        "HEAD / HTTP/1.1: 200",
        "POST /shout HTTP/1.1: 200",
        f"GET /{observed.word2} HTTP/1.1: 404",
        "GET /lie HTTP/1.1: 200",
    ]
    assert observed.server.stdout == log


def test_http_1_0_opens_a_connection_for_each_request_and_the_server_closes_it(observed):
    *once, _ = observed.conversations(WEB)
    assert [conversation.turns for conversation in once] == [["client", "server"]] * 2
    assert [conversation.closed_first for conversation in once] == ["server", "server"]


def test_http_1_1_makes_all_its_requests_on_one_connection(observed):
    *_, conversation = observed.conversations(WEB)
    assert conversation.handshake == ["SYN", "SYN ACK", "ACK"]
    assert conversation.turns == ["client", "server"] * 5


def test_get_brings_the_page_and_its_length(observed):
    first, _, again, *_ = observed.http(WEB).responses
    assert first.body == again.body == f"<h1>Hello {observed.answer}!</h1>\n".encode()
    assert first.headers["Content-Length"] == again.headers["Content-Length"] == "23"
    _, page = told = printed(again)
    assert observed.client["once.py"].stdout[:2] == ["HTTP/1.1 200 OK, Content-Length: 23", page]
    assert observed.client["kept.py"].stdout[:2] == told


def test_head_brings_the_same_headers_and_no_page(observed):
    (_, get), (_, head), *_ = kept(observed)
    assert head.headers.keys() == get.headers.keys()
    assert head.headers["Content-Length"] == get.headers["Content-Length"]
    assert head.body == b""
    assert observed.client["kept.py"].stdout[2:4] == printed(head)


def test_post_takes_bytes_along_and_brings_an_answer(observed):
    post, shouted = kept(observed)[2]
    sent = (post.method, post.headers["Content-Length"], post.body.decode())
    assert sent == ("POST", "6", observed.word)
    assert shouted.body.decode() == f"{observed.answer} shouts {observed.word}!"
    assert observed.client["kept.py"].stdout[4:6] == printed(shouted)


def test_not_found_is_an_answer_like_any_other_and_the_conversation_goes_on(observed):
    (_, missing), (after, _) = kept(observed)[3:5]
    assert missing.start_line == "HTTP/1.1 404 Not Found"
    assert missing.body.decode() == f"There is no page /{observed.word2}.\n"
    assert after.start_line == "GET /lie HTTP/1.1"
    assert observed.client["kept.py"].stdout[6:8] == printed(missing)


def test_an_answer_shorter_than_it_says_is_noticed_only_by_who_counts(observed):
    _, *talks = observed.conversations(WEB)
    for answer in [talk.http.responses[-1] for talk in talks]:
        assert not answer.complete
        assert (answer.headers["Content-Length"], answer.body) == ("22", b"This is all.")
    once, kept = observed.client["once.py"].stdout[2:], observed.client["kept.py"].stdout[8:]
    assert once == ["HTTP/1.1 200 OK, Content-Length: 22", "12 bytes: 'This is all.'"]
    error = "error: IncompleteRead(12 bytes read, 10 more expected)"
    assert kept == ["200 OK, Content-Length: 22", error]
