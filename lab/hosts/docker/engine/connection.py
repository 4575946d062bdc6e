"""A connection to an engine that stays: over a socket of this machine, TCP, or TCP with TLS."""

from __future__ import annotations

import contextlib
import io
import socket
import threading
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from lab.hosts.docker.engine.endpoint import certificate_files

if TYPE_CHECKING:
    import ssl

PORTS = {False: 2375, True: 2376}
"""The ports of engines, without TLS and with it, as IANA has them."""

KEEP_ALIVE = 30
"""Seconds of silence after which the other end is asked whether it is there, as docker(1) does."""

PIECE = 65536


class Connection(Protocol):
    """Bytes both ways: one thread reads, any may write."""

    reader: io.BufferedReader[Any]

    def write(self, data: bytes) -> None:
        """Send all of this; raises OSError."""

    def end(self) -> None:
        """Send no more."""

    def close(self) -> None:
        """Break it off: who reads sees its end."""


class Plain:
    """A connection over a socket, as it is."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self.reader = connection.makefile("rb")
        self._writing = threading.Lock()

    def write(self, data: bytes) -> None:
        """Send all of this; raises OSError."""
        with self._writing:
            self._socket.sendall(data)

    def end(self) -> None:
        """Send no more."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """Break it off: who reads sees its end."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self.reader.close()


class Secured(io.RawIOBase):
    """A connection with TLS, of which one thread may read while another writes.

    One object of OpenSSL must not do both at once. So it works in memory, for whoever has the lock,
    and only the socket waits.
    """

    def __init__(self, connection: socket.socket, context: ssl.SSLContext, name: str) -> None:
        """Agree with the other end, who must be ``name`` where that is checked; raises OSError."""
        import ssl  # noqa: PLC0415 - most engines speak no TLS

        self._wants_more = ssl.SSLWantReadError
        self._is_over = (ssl.SSLZeroReturnError, ssl.SSLEOFError)
        self._socket = connection
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_hostname=name)
        self._using = threading.Lock()
        while True:
            try:
                self._tls.do_handshake()
            except self._wants_more:
                self._flush()
                self._receive()
            else:
                break
        self._flush()
        self.reader = io.BufferedReader(self, PIECE)

    def write(self, data: bytes) -> None:  # type: ignore[override]
        """Send all of this; raises OSError."""
        with self._using:
            self._tls.write(data)
            self._flush()

    def end(self) -> None:
        """Send no more (RFC 8446, 6.1: each direction is closed by itself)."""
        with self._using, contextlib.suppress(OSError):
            with contextlib.suppress(self._wants_more):
                self._tls.unwrap()
            self._flush()

    def close(self) -> None:
        """Break it off: who reads sees its end."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        if not self.closed:
            super().close()
            self.reader.close()

    def readable(self) -> bool:
        """Tell io that it can be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Wait for bytes, and return how many came; 0 at the end. Raises OSError."""
        while True:
            with self._using:
                try:
                    data = self._tls.read(len(buffer))
                except self._wants_more:
                    data = None
                except self._is_over:
                    return 0
                self._flush()
            if data is not None:
                buffer[: len(data)] = data
                return len(data)
            self._receive()

    def _flush(self) -> None:
        if waiting := self._out.read():
            self._socket.sendall(waiting)

    def _receive(self) -> None:
        if came := self._socket.recv(PIECE):
            self._in.write(came)
        else:
            self._in.write_eof()


def connect(url: str, within: float, certificates: str = "", verified: bool = False) -> Connection:
    """Connect to the engine at this URL; raises OSError, where nobody answers TimeoutError.

    The deadline is for the connection, not for what comes over it. ``certificates`` is the folder
    of ``ca.pem``, ``cert.pem`` and ``key.pem`` for TLS.
    """
    there = urlsplit(url)
    if there.scheme not in ("unix", "tcp", "http", "https"):
        raise OSError(f"no way is known to an engine at {url}")
    is_secured = bool(certificates) or there.scheme == "https"
    name = there.hostname or "localhost"
    with contextlib.ExitStack() as stack:
        if there.scheme == "unix":
            way = stack.enter_context(socket.socket(socket.AF_UNIX))
            way.settimeout(within)
            way.connect(url.removeprefix("unix://"))
        else:
            port = there.port or PORTS[is_secured]
            way = stack.enter_context(socket.create_connection((name, port), within))
            way.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            way.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            if hasattr(socket, "TCP_KEEPIDLE"):
                way.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, KEEP_ALIVE)
        made = Secured(way, _context(certificates, verified), name) if is_secured else Plain(way)
        way.settimeout(None)
        stack.pop_all()
    return made


def _context(certificates: str, verified: bool) -> ssl.SSLContext:
    """Return what TLS needs, of the files that are there."""
    import ssl  # noqa: PLC0415 - most engines speak no TLS

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    ca, cert, key = certificate_files(certificates)
    if verified:
        context.load_verify_locations(ca) if ca else context.load_default_certs()
    else:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if cert and key:
        context.load_cert_chain(cert, key)
    return context
