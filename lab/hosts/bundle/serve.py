"""Hand one file to a class over HTTP, whole or in ranges (RFC 9110), to all at once."""

from __future__ import annotations

import re
import socket
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from lab.hosts.docker.apt import Say

QUEUE = 128
"""How many may knock at the same moment."""

SILENCE = 60
"""Seconds after which a client that takes nothing is given up."""

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def part_of(asked: str | None, size: int) -> range | None:
    """Return the bytes that a Range header asks for; all where it asks for none, or for several.

    None if there are no such bytes (RFC 9110, section 14.1.2).
    """
    match = _RANGE.fullmatch(asked or "")
    if match is None or match[1] == match[2] == "":
        return range(size)
    if match[1] == "":
        wanted = range(max(0, size - int(match[2])), size)
    else:
        end = min(int(match[2]) + 1, size) if match[2] else size
        wanted = range(int(match[1]), end)
    return wanted or None


def own_address() -> str:
    """Return the address by which this machine goes out; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # RFC 5737: nobody's
        except OSError:
            return socket.gethostname()
        return str(probe.getsockname()[0])


class Server(ThreadingHTTPServer):
    """Gives ``file`` under its own name, and at / the ``board``: what a class is to type."""

    daemon_threads = True
    request_queue_size = QUEUE

    def __init__(self, file: Path, tag: str, port: int, say: Say) -> None:
        """``tag`` names the content, for who goes on with a part; port 0 is any free one."""
        self.file, self.tag, self.say = file, f'"{tag}"', say
        self.board = ""
        super().__init__(("", port), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    timeout = SILENCE

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing of each request."""

    def _answer(self, *, body: bool) -> None:
        file = self.server.file
        if self.path == "/":
            self._text(self.server.board, HTTPStatus.OK, body=body)
        elif self.path == f"/{file.name}":
            self._file(file, body=body)
        else:
            self._text(self.server.board, HTTPStatus.NOT_FOUND, body=body)

    def _text(self, text: str, status: HTTPStatus, *, body: bool) -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if body:
            self.wfile.write(content)

    def _file(self, file: Path, *, body: bool) -> None:
        size = file.stat().st_size
        same = self.headers.get("If-Range", self.server.tag) == self.server.tag
        wanted = part_of(self.headers.get("Range") if same else None, size)
        if wanted is None:
            self.send_response(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
            self.send_header("Content-Range", f"bytes */{size}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        is_part = len(wanted) < size
        self.send_response(HTTPStatus.PARTIAL_CONTENT if is_part else HTTPStatus.OK)
        if is_part:
            last = wanted.stop - 1
            self.send_header("Content-Range", f"bytes {wanted.start}-{last}/{size}")
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("ETag", self.server.tag)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(len(wanted)))
        self.end_headers()
        if body:
            self._send(file, wanted, size)

    def _send(self, file: Path, wanted: range, size: int) -> None:
        try:
            with file.open("rb") as content:
                self.connection.sendfile(content, wanted.start, len(wanted))
        except OSError:  # a client that went away may come back for the rest
            self.close_connection = True
            return
        if wanted.stop == size:
            self.server.say(f"{self.client_address[0]} has it")
