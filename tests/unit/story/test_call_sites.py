"""The line that made a call: named where no other can have, and nowhere else."""

from __future__ import annotations

import pytest

from lab.story.page.call_sites import line_of

SERVER = """import socket

with socket.create_server(("", 15000)) as listening:
    connection, _ = listening.accept()
    heard = connection.recv(100)
    connection.sendall(f"marble greets {heard}".encode())
    connection.sendall(b"Goodbye")
"""


def test_the_words_of_a_call_tell_it_from_the_others() -> None:
    assert line_of(SERVER, "send", b"marble greets violet") == 6
    assert line_of(SERVER, "send", b"Goodbye") == 7
    assert line_of(SERVER, "send", b"Something else") is None


def test_where_the_data_is_not_known_any_call_that_sends_may_have_sent_it() -> None:
    assert line_of(SERVER, "send", None) is None
    assert line_of(SERVER.replace('    connection.sendall(b"Goodbye")\n', ""), "send", None) == 6


@pytest.mark.parametrize(
    "change",
    [
        "import urllib.request",
        "from helper import shout",
        "from .helper import shout",
        "put = connection.send",
        "getattr(connection, 'se' + 'nd')(b'x')",
        "out = connection.makefile('w')",
        "out = connection.makefile(mode='rw')",
        "print('x', file=out)",
        "exec('pass')",
        "def (",
        "connection.send(heard)",
    ],
)
def test_in_any_doubt_no_line_is_named(change: str) -> None:
    assert line_of(f"{SERVER}{change}\n", "send", b"Goodbye") is None


def test_a_file_that_is_only_read_from_sends_nothing() -> None:
    source = f"{SERVER}    print(connection.makefile().read())\n"
    assert line_of(source, "send", b"Goodbye") == 7


def test_the_only_line_that_connects_is_named() -> None:
    source = "import socket\n\nwith socket.create_connection(('server', 15000)) as it:\n    pass\n"
    assert line_of(source, "connect", None) == 3
    assert line_of(f"{source}socket.create_connection(('x', 1))\n", "connect", None) is None
