"""A program in a container, and its input and output over one connection to the engine.

That is what ``docker exec -i`` does, without its process (engine API: "Create an exec instance",
"Start an exec instance", and "Stream format" at "Attach to a container").
"""

from __future__ import annotations

import contextlib
import json
import os
import struct
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

from lab.hosts.docker.engine.connection import Connection
from lab.hosts.docker.engine.exchange import Reply, parse

FRAME_HEADER = struct.Struct(">B3xI")
"""Which stream, and how many bytes of it follow."""

STDOUT, STDERR = 1, 2
PIECE = 65536

MOST_HEAD = 65536
"""The most bytes that the head of a reply, or the engine's answer to a creation, may have."""

MOST_WORDS = 4096
"""The most bytes that are kept of what the program says apart from its output."""


class Attached:
    """A program's input and output: one thread reads, any may write.

    It has what execnet wants of the way to an interpreter (``execnet.gateway_base.IO``). When the
    connection breaks off, for whatever reason, the engine closes the program's input.
    """

    def __init__(self, connection: Connection) -> None:
        self.execmodel: Any = None
        """Execnet's word for kinds of threads; who gives this to execnet sets it."""
        self._connection = connection
        self._left, self._is_output = 0, False
        self._words = b""

    def read(self, count: int, /) -> bytes:
        """Wait for exactly so many bytes of its output; raises EOFError."""
        data = bytearray()
        try:
            while len(data) < count:
                data += self._piece(count - len(data))
        except (OSError, ValueError) as error:
            raise EOFError(str(error)) from error
        return bytes(data)

    def write(self, data: bytes, /) -> None:
        """Type this into it; raises OSError."""
        self._connection.write(data)

    def close_read(self) -> None:
        """Break the connection off: who has read its end needs it no more."""
        self._connection.close()

    def close_write(self) -> None:
        """Close its input."""
        self._connection.end()

    def wait(self) -> int | None:
        """Return at once: the end of its output is the end of the connection."""
        return None

    def kill(self) -> None:
        """Break the connection off."""
        self._connection.close()

    def last_words(self, first: bytes = b"") -> str:
        """Read to the end, and return the last line that it or the engine said instead.

        ``first`` are bytes of output that were read already.
        """
        said = bytearray(first)
        with contextlib.suppress(EOFError, OSError, ValueError):
            while len(said) < MOST_WORDS:
                said += self._piece(MOST_WORDS)
        lines = (self._words + bytes(said)).decode(errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def _piece(self, most: int) -> bytes:
        """Return up to so many bytes of its output that come next, none for those of stderr."""
        if not self._left:
            stream, self._left = FRAME_HEADER.unpack(self._exactly(FRAME_HEADER.size))
            self._is_output = stream == STDOUT
            return b""
        piece = self._connection.reader.read1(min(self._left, most))
        if not piece:
            raise EOFError("the connection ended within a frame")
        self._left -= len(piece)
        if self._is_output:
            return piece
        self._words = (self._words + piece)[-MOST_WORDS:]
        with contextlib.suppress(OSError):
            os.write(STDERR, piece)  # as a command of docker's would
        return b""

    def _exactly(self, count: int) -> bytes:
        data = self._connection.reader.read(count)
        if len(data) < count:
            raise EOFError(f"expected {count} bytes, got {len(data)}")
        return data


def attach(
    connection: Connection,
    prefix: str,
    container: str,
    argv: Sequence[str],
    refuse: Callable[[Reply], Exception],
) -> Attached:
    """Run a program in a container as root, and return its input and output.

    ``prefix`` is the engine API's version, as ``/v1.41``. Raises what ``refuse`` makes of the
    engine's no, and OSError.
    """
    wanted = {
        **dict.fromkeys(("AttachStdin", "AttachStdout", "AttachStderr"), True),
        **{"Cmd": list(argv), "User": "0", "WorkingDir": "/", "Tty": False},
    }
    made = _asked(connection, f"{prefix}/containers/{quote(container)}/exec", wanted)
    if made.status != 201:
        raise refuse(made)
    identity = str(json.loads(made.body)["Id"])
    begin = {"Detach": False, "Tty": False}
    begun = _asked(connection, f"{prefix}/exec/{quote(identity)}/start", begin, upgrade=True)
    if begun.status not in (101, 200):
        raise refuse(begun)
    return Attached(connection)


def _asked(connection: Connection, target: str, asked: object, *, upgrade: bool = False) -> Reply:
    """Ask by HTTP/1.1, so that the connection stays (RFC 9112); raises OSError."""
    body = json.dumps(asked).encode()
    head = (
        f"POST {target} HTTP/1.1\r\nHost: docker\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n"
        + ("Connection: Upgrade\r\nUpgrade: tcp\r\n" if upgrade else "")
        + "\r\n"
    )
    connection.write(head.encode() + body)
    lines: list[bytes] = []
    while (line := connection.reader.readline(MOST_HEAD)).strip():
        lines.append(line)
        if len(lines) > 100:
            raise OSError("the engine's reply has a head without an end")
    if not line:
        raise ConnectionError("the engine hung up without an answer")
    told = parse(b"".join(lines).rstrip() + b"\r\n\r\n")
    if upgrade and told.status in (101, 200):
        return told
    return Reply(told.status, told.line, told.headers, _body(connection, told.headers))


def _body(connection: Connection, headers: dict[str, str]) -> bytes:
    reader = connection.reader
    if headers.get("transfer-encoding", "").lower() != "chunked":
        return reader.read(min(int(headers.get("content-length") or 0), MOST_HEAD))
    body = b""
    while size := int(reader.readline(MOST_HEAD).split(b";")[0] or b"0", 16):
        body += reader.read(min(size, MOST_HEAD))
        reader.readline(MOST_HEAD)
    reader.readline(MOST_HEAD)
    return body
