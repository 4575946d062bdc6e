"""What a host that serves asks its own daemons, and when it calls them well."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from places import ROOT, script

SCRIPT = ROOT / "images/service/socketlab-health"


@pytest.fixture(scope="module")
def health() -> Any:
    return script(SCRIPT)


class Daemon:
    """Accepts one connection after the other, greets, and answers whatever it is told."""

    def __init__(self, greeting: bytes, answer: bytes) -> None:
        self.port = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._words = greeting, answer
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        greeting, answer = self._words
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                connection.sendall(greeting)
                if answer and connection.recv(100):
                    connection.sendall(answer)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@pytest.fixture
def greeter() -> Iterator[Daemon]:
    daemon = Daemon(b"220 files ready\r\n", b"")
    yield daemon
    daemon.close()


@pytest.fixture
def answerer() -> Iterator[Daemon]:
    daemon = Daemon(b"", b"HTTP/1.0 200 OK\r\n")
    yield daemon
    daemon.close()


def test_the_lines_of_a_health_file_are_questions(health: Any) -> None:
    text = """
# a comment
tcp 22 hears SSH-2.0
tcp 80 told "HEAD / HTTP/1.0\\r\\n\\r\\n" hears HTTP/1   # and another
tls 993 hears "* OK"
"""
    assert list(health.questions(text)) == [
        ("tcp", 22, b"", b"SSH-2.0"),
        ("tcp", 80, b"HEAD / HTTP/1.0\r\n\r\n", b"HTTP/1"),
        ("tls", 993, b"", b"* OK"),
    ]


def test_bytes_that_are_no_text_are_written_as_escapes(health: Any) -> None:
    assert list(health.questions(r'tcp 23 told "\xff\xf6\n" hears "\xff\xfd"')) == [
        ("tcp", 23, b"\xff\xf6\n", b"\xff\xfd")
    ]


def test_a_line_that_is_no_question_is_told(health: Any) -> None:
    with pytest.raises(SystemExit, match="udp 53"):
        list(health.questions("udp 53 hears something"))


def test_a_daemon_that_greets_as_expected_is_well(health: Any, greeter: Daemon) -> None:
    assert health.complaint("127.0.0.1", "tcp", greeter.port, b"", b"220 ") is None


def test_a_daemon_that_greets_otherwise_is_not(health: Any, greeter: Daemon) -> None:
    said = health.complaint("127.0.0.1", "tcp", greeter.port, b"", b"SSH-2.0")
    assert "ended after b'220 files ready" in said


def test_a_daemon_that_must_be_told_something_first_is_told_it(
    health: Any, answerer: Daemon
) -> None:
    assert health.complaint("127.0.0.1", "tcp", answerer.port, b"HEAD", b"HTTP/1") is None


def test_a_port_that_nobody_serves_is_named(health: Any, greeter: Daemon) -> None:
    greeter.close()
    assert str(greeter.port) in health.complaint("127.0.0.1", "tcp", greeter.port, b"", b"220 ")


def test_a_daemon_without_tls_is_not_well_where_tls_is_expected(
    health: Any, greeter: Daemon
) -> None:
    assert health.complaint("127.0.0.1", "tls", greeter.port, b"", b"220 ") is not None
