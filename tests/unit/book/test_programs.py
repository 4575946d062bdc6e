"""The programs of a chapter: shown as they are, data only named, calls for the index."""

from __future__ import annotations

from lab.book.programs import Program, programs_of, section

SERVER = b"""import socket
import http.client
from sys import argv

listener = socket.socket()
listener.bind(("", 1))
"""


def test_a_program_is_shown_as_it_is_and_data_is_only_named() -> None:
    told = section("tcp_client", programs_of({"server.py": SERVER, "numbers.txt": b"1\n2\n"}))
    assert f"(tcp-client-server-py)=\n### `server.py`\n\n```python\n{SERVER.decode()}```\n" in told
    assert "Data: 2 lines, 4 bytes. Not shown.\n" in told


def test_a_program_with_a_fence_in_it_is_fenced_by_a_longer_one() -> None:
    told = section("x", [Program("a.py", b"'''\n```\n'''\n")])
    assert "````python\n'''\n```\n'''\n````" in told


def test_the_index_has_modules_and_calls_of_sockets() -> None:
    assert sorted(Program("server.py", SERVER).names()) == ["bind()", "http.client", "socket"]
    assert list(Program("look.sh", b"ss -tan\n").names()) == []
    assert list(Program("slide.py", b"print 1\n").names()) == []
