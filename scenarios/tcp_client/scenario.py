"""A client receives a file in chunks and joins them"""

from pathlib import Path

from lab import Command, Program, Scenario, Tcp

WEB = Tcp(80)
FILE = Path(__file__).with_name("numbers.txt").read_bytes()
SIZES = r"(\d+) chunks, (\d+) bytes: (\d+) of head, (\d+) of body"
HTTP_SERVER = ("python3", "-m", "http.server", "80", "--bind", "::")

scenario = Scenario(
    part="B",
    lectures=[7],
    files={"server": "numbers.txt"},
    server=[
        Command(*HTTP_SERVER, listens_on=WEB, serves=True),
        Command("tee", "-a", "numbers.txt", stdin="{answer}\n"),
    ],
    client=[
        Program("basic0.py", "server", "/numbers.txt"),
        Program("slide.py", "server", fails="TypeError"),
        Program("slide_sendto.py", "server"),
    ],
)


def served(observed):
    return FILE + f"{observed.answer}\n".encode()


def test_the_client_receives_the_whole_file(observed):
    status, sizes, last = observed.client["basic0.py"].stdout
    assert status == "HTTP/1.0 200 OK"
    assert sizes.endswith(f" {len(served(observed))} of body")
    assert last == f"the last line: {observed.answer}"


def test_the_chunks_add_up_to_what_the_server_sent(observed):
    fetch, *_ = observed.conversations(WEB)
    [sizes] = observed.client["basic0.py"].findall(SIZES)
    chunks, total, head, body = map(int, sizes)
    assert total == head + body == len(fetch.received)
    # A chunk is what had arrived when recv looked, and never more than was asked for.
    assert total / 1024 <= chunks <= total


def test_the_request_is_what_the_program_wrote_and_comes_before_the_answer(observed):
    fetch, *_ = observed.conversations(WEB)
    assert fetch.sent == b"GET /numbers.txt HTTP/1.0\r\nHost: server\r\n\r\n"
    assert fetch.turns == ["client", "server"]


def test_the_file_crosses_the_wire_byte_for_byte(observed):
    fetch, *_ = observed.conversations(WEB)
    [response] = fetch.http.responses
    assert response.headers["Content-Length"] == str(len(served(observed)))
    assert response.body == served(observed)


def test_the_end_of_the_answer_is_the_server_closing(observed):
    fetch, *_ = observed.conversations(WEB)
    assert (fetch.closed_first, fetch.closed, fetch.resets) == ("server", True, ())


def test_the_misplaced_parenthesis_is_a_type_error_and_nothing_is_said(observed):
    _, slide, _ = observed.conversations(WEB)
    assert observed.client["slide.py"].error == "TypeError: string argument without an encoding"
    assert (slide.established, slide.sent, slide.received) == (True, b"", b"")


def test_sendto_on_a_connection_goes_where_the_connection_goes(observed):
    *_, stream = observed.conversations(WEB)
    assert observed.client["slide_sendto.py"].stdout == ["HTTP/1.0 200 OK from None"]
    assert stream.sent == b"HEAD /numbers.txt HTTP/1.0\r\n\r\n"
    assert stream.received.startswith(b"HTTP/1.0 200 OK\r\n")
    assert not observed.conversations(Tcp(9))
