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


def exchanges(conversation):
    """Return request line, status line, headers and body of each request on one connection."""
    requests = [said.data for said in conversation.messages if said.direction == "client"]
    answers = [said.data for said in conversation.messages if said.direction == "server"]
    found = []
    for request, answer in zip(requests, answers, strict=True):
        head, _, body = answer.partition(b"\r\n\r\n")
        status, *headers = head.split(b"\r\n")
        asked = request.partition(b"\r\n")[0].decode()
        found.append((asked, status.decode(), dict(line.split(b": ") for line in headers), body))
    return found


def kept(observed):
    """Return the exchanges of the one connection that HTTP/1.1 kept open."""
    return exchanges(observed.conversations(WEB)[-1])


def test_every_request_gets_one_answer_in_the_order_of_the_requests(observed):
    asked = [each for talk in observed.conversations(WEB) for each in exchanges(talk)]
    assert [f"{request}: {status.split()[1]}" for request, status, _, _ in asked] == [
        "GET / HTTP/1.0: 200",
        "GET /lie HTTP/1.0: 200",
        "GET / HTTP/1.1: 200",
        "HEAD / HTTP/1.1: 200",
        "POST /shout HTTP/1.1: 200",
        "GET /nowhere HTTP/1.1: 404",
        "GET /lie HTTP/1.1: 200",
    ]
    assert observed.server.stdout == [f"{each[0]}: {each[1].split()[1]}" for each in asked]


def test_http_1_0_opens_a_connection_for_each_request_and_the_server_closes_it(observed):
    *once, _ = observed.conversations(WEB)
    assert [len(exchanges(conversation)) for conversation in once] == [1, 1]
    assert [conversation.closed_first for conversation in once] == ["server", "server"]


def test_http_1_1_makes_all_its_requests_on_one_connection(observed):
    *_, conversation = observed.conversations(WEB)
    assert conversation.handshake == ["SYN", "SYN ACK", "ACK"]
    assert len(exchanges(conversation)) == 5


def test_get_brings_the_page_and_its_length(observed):
    for conversation in (observed.conversations(WEB)[0], observed.conversations(WEB)[-1]):
        _, _, headers, body = exchanges(conversation)[0]
        assert body == PAGE
        assert headers[b"Content-Length"] == b"%d" % len(PAGE)
    assert observed.client["once.py"].stdout[:2] == [
        "HTTP/1.1 200 OK, Content-Length: 22",
        f"22 bytes: {PAGE.decode()!r}",
    ]
    assert observed.client["kept.py"].stdout[:2] == [
        "200 OK, Content-Length: 22",
        f"22 bytes: {PAGE.decode()!r}",
    ]


def test_head_brings_the_same_headers_and_no_page(observed):
    get, head = kept(observed)[:2]
    assert head[2].keys() == get[2].keys()
    assert head[2][b"Content-Length"] == get[2][b"Content-Length"]
    assert head[3] == b""
    assert observed.client["kept.py"].stdout[2:4] == ["200 OK, Content-Length: 22", "0 bytes: ''"]


def test_post_takes_bytes_along_and_brings_an_answer(observed):
    (request,) = [
        said.data
        for said in observed.conversations(WEB)[-1].messages
        if said.data.startswith(b"POST")
    ]
    head, _, body = request.partition(b"\r\n\r\n")
    assert b"Content-Length: 5" in head.split(b"\r\n")
    assert body == b"hello"
    assert kept(observed)[2][3] == b"HELLO"
    assert observed.client["kept.py"].stdout[4:6] == [
        "200 OK, Content-Length: 5",
        "5 bytes: 'HELLO'",
    ]


def test_not_found_is_an_answer_like_any_other_and_the_conversation_goes_on(observed):
    missing, after = kept(observed)[3:5]
    assert missing[1] == "HTTP/1.1 404 Not Found"
    assert missing[3] == b"There is no such page.\n"
    assert after[0] == "GET /lie HTTP/1.1"
    assert observed.client["kept.py"].stdout[6:8] == [
        "404 Not Found, Content-Length: 23",
        f"23 bytes: {missing[3].decode()!r}",
    ]


def test_an_answer_shorter_than_it_says_is_noticed_only_by_who_counts(observed):
    for conversation in observed.conversations(WEB)[1:]:
        _, _, headers, body = exchanges(conversation)[-1]
        assert (headers[b"Content-Length"], body) == (b"22", b"This is all.")
    assert observed.client["once.py"].stdout[2:] == [
        "HTTP/1.1 200 OK, Content-Length: 22",
        "12 bytes: 'This is all.'",
    ]
    assert observed.client["kept.py"].stdout[8:] == [
        "200 OK, Content-Length: 22",
        "error: IncompleteRead(12 bytes read, 10 more expected)",
    ]
