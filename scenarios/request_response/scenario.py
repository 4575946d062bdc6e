"""An HTTP connection carries one request or several"""

from lab import Program, Scenario, Tcp

WEB = Tcp(8080)
PAGE = b"<h1>Hello World!</h1>\n"

scenario = Scenario(
    part="D",
    lectures=[6],
    server=Program("server.py", listens_on=WEB, serves=True),
    client=[Program("once.py", "server"), Program("kept.py", "server")],
)


def kept(observed):
    """Return the requests of the connection that HTTP/1.1 keeps open, each with its response."""
    return observed.conversations(WEB)[-1].http.exchanges


def test_every_request_gets_one_answer_in_the_order_of_the_requests(observed):
    exchanges = observed.http(WEB).exchanges
    log = [f"{request.start_line}: {response.status}" for request, response in exchanges]
    assert log == [
        "GET / HTTP/1.0: 200",
        "GET /lie HTTP/1.0: 200",
        "GET / HTTP/1.1: 200",
        "HEAD / HTTP/1.1: 200",
        "POST /shout HTTP/1.1: 200",
        "GET /nowhere HTTP/1.1: 404",
        "GET /lie HTTP/1.1: 200",
    ]
    assert observed.server.stdout == log


def test_http_1_0_opens_a_connection_for_each_request_and_the_server_closes_it(observed):
    *once, _ = observed.conversations(WEB)
    assert [len(conversation.http.exchanges) for conversation in once] == [1, 1]
    assert [conversation.closed_first for conversation in once] == ["server", "server"]


def test_http_1_1_makes_all_its_requests_on_one_connection(observed):
    *_, conversation = observed.conversations(WEB)
    assert conversation.handshake == ["SYN", "SYN ACK", "ACK"]
    assert len(conversation.http.exchanges) == 5


def test_get_brings_the_page_and_its_length(observed):
    first, _, again, *_ = observed.http(WEB).responses
    assert first.body == again.body == PAGE
    assert first.headers["Content-Length"] == again.headers["Content-Length"] == str(len(PAGE))
    once, kept = ["HTTP/1.1 200 OK, Content-Length: 22"], ["200 OK, Content-Length: 22"]
    told = [f"22 bytes: {PAGE.decode()!r}"]
    assert observed.client["once.py"].stdout[:2] == once + told
    assert observed.client["kept.py"].stdout[:2] == kept + told


def test_head_brings_the_same_headers_and_no_page(observed):
    (_, get), (_, head), *_ = kept(observed)
    assert head.headers.keys() == get.headers.keys()
    assert head.headers["Content-Length"] == get.headers["Content-Length"]
    assert head.body == b""
    assert observed.client["kept.py"].stdout[2:4] == ["200 OK, Content-Length: 22", "0 bytes: ''"]


def test_post_takes_bytes_along_and_brings_an_answer(observed):
    post, shouted = kept(observed)[2]
    assert (post.method, post.headers["Content-Length"], post.body) == ("POST", "5", b"hello")
    assert shouted.body == b"HELLO"
    told = observed.client["kept.py"].stdout[4:6]
    assert told == ["200 OK, Content-Length: 5", "5 bytes: 'HELLO'"]


def test_not_found_is_an_answer_like_any_other_and_the_conversation_goes_on(observed):
    (_, missing), (after, _) = kept(observed)[3:5]
    assert missing.start_line == "HTTP/1.1 404 Not Found"
    assert missing.body == b"There is no such page.\n"
    assert after.start_line == "GET /lie HTTP/1.1"
    told = observed.client["kept.py"].stdout[6:8]
    assert told == ["404 Not Found, Content-Length: 23", f"23 bytes: {missing.body.decode()!r}"]


def test_an_answer_shorter_than_it_says_is_noticed_only_by_who_counts(observed):
    _, *talks = observed.conversations(WEB)
    for answer in [talk.http.responses[-1] for talk in talks]:
        assert not answer.complete
        assert (answer.headers["Content-Length"], answer.body) == ("22", b"This is all.")
    once, kept = observed.client["once.py"].stdout[2:], observed.client["kept.py"].stdout[8:]
    assert once == ["HTTP/1.1 200 OK, Content-Length: 22", "12 bytes: 'This is all.'"]
    error = "error: IncompleteRead(12 bytes read, 10 more expected)"
    assert kept == ["200 OK, Content-Length: 22", error]
