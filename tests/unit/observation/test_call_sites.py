"""The lines that can have made a call: the one that did is always among them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lab.observation.calls.call import Call, Socket, Value
from lab.observation.source_lines.call_sites import located
from lab.wire.address import Address

SERVER = """import socket

with socket.create_server(("", 15000)) as listening:
    connection, _ = listening.accept()
    heard = connection.recv(100)
    connection.sendall(f"marble greets {heard}".encode())
    connection.sendall(b"Goodbye")
"""

ASKS = """import socket
from time import sleep

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
    asking.settimeout(2)
    asking.sendto(b"what", ("server", 15000))
    asking.sendto(b"what", ("server", 15001))
    sleep(1)
    print(asking.recvfrom(100))
    asking.recv(
        100)
"""

STREAM, DATAGRAM = Socket(1, "tcp"), Socket(1, "udp")


def call(
    name: str, *given: Value, socket: Socket | None = STREAM, length: int | None = None
) -> Call:
    sent = next((len(each) for each in given if isinstance(each, bytes)), None)
    length = sent if length is None else length
    return Call(name, given, 0, None, 1, 2, 7, 7, socket, length=length)


def lines(source: str, *calls: Call) -> tuple[int, ...]:
    """Return the lines that can have made the last of these calls."""
    return located(calls, source.encode())[-1].lines


def test_the_words_of_a_call_tell_it_from_the_others() -> None:
    assert lines(SERVER, call("send", b"marble greets violet")) == (6,)
    assert lines(SERVER, call("send", b"Goodbye")) == (7,)
    assert lines(SERVER, call("send", b"Something else")) == ()


def test_where_several_lines_can_have_made_a_call_all_are_told() -> None:
    assert lines(SERVER, call("send", b"x" * 256, length=1000)) == (6, 7)
    assert lines(SERVER, call("send", b"Goodbye", length=3)) == (6, 7)


def test_what_an_earlier_call_left_to_send_is_not_told_by_its_words() -> None:
    begun = call("send", b"marble greets Goodbye", length=14)
    assert lines(SERVER, begun, call("send", b"Goodbye")) == (6, 7)
    assert lines(SERVER, begun, call("send", b"Goodbye"), call("send", b"Goodbye")) == (7,)


@pytest.mark.parametrize(
    ("name", "line"),
    [("socket", 3), ("bind", 3), ("listen", 3), ("setsockopt", 3), ("accept", 4), ("recv", 5)],
)
def test_each_kind_of_call_has_its_line(name: str, line: int) -> None:
    assert lines(SERVER, call(name)) == (line,)


def test_the_name_of_pythons_is_told_where_it_is_one() -> None:
    (sent,) = located([call("send", b"Goodbye")], SERVER.encode())
    assert sent.method == "sendall"
    both = SERVER.replace("sendall(b", "send(b")
    (sent,) = located([call("send", b"x" * 256)], both.encode())
    assert (sent.lines, sent.method) == ((6, 7), "")


def test_the_port_of_an_address_tells_two_calls_apart() -> None:
    for port, line in ((15000, 6), (15001, 7)):
        there = Address("10.77.0.20", port)
        assert lines(ASKS, call("sendto", b"what", there, socket=DATAGRAM)) == (line,)


def test_the_line_is_the_one_where_the_name_of_the_call_stands() -> None:
    assert lines(ASKS, call("recvfrom", socket=DATAGRAM)) == (9,)
    assert lines(ASKS, call("recv", socket=DATAGRAM)) == (9, 10)
    assert lines(ASKS, call("sleep", socket=None)) == (8,)
    assert lines(ASKS.replace("asking.recv(", "asking \\\n    .recv("), call("recvmsg")) == ()
    chained = (
        "import socket\n(socket\n    .create_connection(('server', 80))\n    .sendall(b'x'))\n"
    )
    assert lines(chained, call("send", b"x")) == (4,)


def test_looking_a_name_up_makes_datagrams_that_no_line_names() -> None:
    client = (
        "import socket\n\nwith socket.create_connection(('server', 80)) as it:\n    it.send(b'')\n"
    )
    assert lines(client, call("connect")) == (3,)
    assert lines(client, call("connect", socket=DATAGRAM)) == (3,)
    looks_up = client + "socket.getaddrinfo('server', 80)\n"
    assert lines(looks_up, call("connect")) == (3,)
    assert lines(looks_up, call("connect", socket=DATAGRAM)) == (3, 5)
    asked = Socket(1, "tcp", None, Address("10.77.0.53", 53))
    assert lines(looks_up, call("connect", socket=asked)) == (3, 5)


@pytest.mark.parametrize("name", ["close", "poll", "getsockname"])
def test_what_python_does_by_itself_has_no_line(name: str) -> None:
    assert lines(SERVER + "connection.close()\n", call(name)) == ()


def test_what_a_program_prints_is_another_question() -> None:
    printed = replace(call("write", b"Goodbye", socket=None), stream="stdout")
    assert lines(SERVER + "import os\nos.write(1, b'Goodbye')\n", printed) == ()


@pytest.mark.parametrize(
    "change",
    [
        "import urllib.request",
        "from helper import shout",
        "from .helper import shout",
        "from os import system",
        "put = connection.send",
        "getattr(connection, 'se' + 'nd')(b'x')",
        "out = connection.makefile('w')",
        "out = connection.makefile(mode='rw')",
        "print('x', file=out)",
        "out = open(connection.fileno(), 'wb')",
        "import os; os.execvp('nc', ['nc'])",
        "exec('pass')",
        "def (",
    ],
)
def test_in_any_doubt_no_line_is_named(change: str) -> None:
    assert lines(f"{SERVER}{change}\n", call("send", b"Goodbye")) == ()


def test_what_hides_one_kind_of_call_hides_no_other() -> None:
    reads = f"{SERVER}    print(connection.makefile().read())\n"
    assert lines(reads, call("send", b"Goodbye")) == (7,)
    assert lines(reads, call("recv")) == (5, 8)
    named = f"{SERVER}    import sys; print('x', file=sys.stderr)\n"
    assert lines(named, call("send", b"Goodbye")) == (7,)


@pytest.mark.parametrize(
    "change",
    [
        "class Mine(socket.socket): pass",
        "make = socket.socket",
        "from socket import socket as Made",
        "from socket import create_server; start = create_server",
    ],
)
def test_a_name_that_is_handed_on_is_called_where_nobody_sees_it(change: str) -> None:
    assert lines(f"{SERVER}{change}\n", call("socket")) == ()
    assert lines(f"{SERVER}{change}\n", call("send", b"Goodbye")) == (7,)


def test_an_annotation_hands_nothing_on() -> None:
    typed = f"{SERVER}def serve(one: socket.socket) -> socket.socket: return one\n"
    assert lines(typed, call("socket")) == (3,)


def test_functions_of_a_module_are_found_by_their_name_where_it_is_imported() -> None:
    source = "from socket import create_connection\nit = create_connection(('x', 1))\n"
    assert lines(source, call("connect")) == (2,)
    assert lines(source.replace("create_connection\n", "*\n", 1), call("connect")) == (2,)
    own = "import socket\ndef create_connection(): pass\ncreate_connection()\nsocket.socket()\n"
    assert lines(own, call("socket")) == (4,)


def test_a_source_that_is_no_python_names_no_line() -> None:
    deep = "x = " + "(" * 5000 + ")" * 5000
    assert located([call("recv")], deep.encode())[0].lines == ()


def test_a_program_that_would_take_too_long_to_read_names_no_line() -> None:
    enormous = b"import socket\n" + b"it.recv(1)\n" * 5000
    assert all(not each.lines for each in located([call("recv")] * 2000, enormous))
    assert len(located([call("recv")], enormous)[0].lines) == 5000
