"""One question to the engine at its socket, and the reply: HTTP/1.0 (RFC 1945) and no library."""

from __future__ import annotations

import socket
from dataclasses import dataclass

DEADLINE = 60.0
"""Seconds that the engine may take for one answer; the default of Docker's own SDK."""


@dataclass(frozen=True)
class Reply:
    """The parts of an HTTP reply; ``status`` is 0 where what came is no such reply."""

    status: int
    line: str
    headers: dict[str, str]
    body: bytes


def exchange(
    path: str, method: str, target: str, within: float = DEADLINE, most: int = -1
) -> bytes:
    """Send a request without a body to the socket at ``path``, and return the whole reply.

    A reply of HTTP/1.0 comes in one piece and ends where the stream ends. At most ``most`` bytes
    are read (-1: all). Raises OSError, after ``within`` seconds of silence TimeoutError.
    """
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(within)
        connection.connect(path)
        head = f"{method} {target} HTTP/1.0\r\nHost: docker\r\nContent-Length: 0\r\n\r\n"
        connection.sendall(head.encode())
        with connection.makefile("rb") as stream:
            return stream.read(most)


def parse(reply: bytes) -> Reply:
    """Take an HTTP reply apart; names of headers become lower case."""
    head, _, body = reply.partition(b"\r\n\r\n")
    line, *fields = head.decode("latin-1").split("\r\n")
    pairs = (field.split(": ", 1) for field in fields if ": " in field)
    words = line.split()
    status = int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
    return Reply(status, line, {name.lower(): value for name, value in pairs}, body)
