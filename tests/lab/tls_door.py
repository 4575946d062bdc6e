"""An engine's socket behind TLS at 127.0.0.1, as dockerd has it with --tlsverify."""

from __future__ import annotations

import contextlib
import socket
import ssl
import subprocess
import threading
from pathlib import Path

_REQUEST = ["openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]


class TlsDoor:
    """Lets those in whose certificate is its own authority's, and leads them to a socket."""

    def __init__(self, folder: Path, to: str) -> None:
        """Listen; ``folder`` gets the certificates, ``to`` is the path of the engine's socket."""
        self.folder = folder
        self._to = to
        self._make()
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=folder / "ca.pem")
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_cert_chain(folder / "server.pem", folder / "server-key.pem")
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"tcp://127.0.0.1:{self._listener.getsockname()[1]}"
        self.entered = 0
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def context(self) -> str:
        """What `docker context create --docker` is told."""
        files = ("ca.pem", "cert.pem", "key.pem")
        given = (f"{name.partition('.')[0]}={self.folder / name}" for name in files)
        return ",".join([f"host={self.url}", *given])

    def close(self) -> None:
        """Listen no more."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _make(self) -> None:
        def run(*words: str) -> None:
            done = subprocess.run(words, cwd=self.folder, capture_output=True, check=False)
            assert done.returncode == 0, done.stderr

        run(*_REQUEST, "-x509", "-keyout", "ca-key.pem", "-out", "ca.pem", "-subj", "/CN=authority")
        for key, cert in (("server-key.pem", "server.pem"), ("key.pem", "cert.pem")):
            run(*_REQUEST, "-keyout", key, "-out", "request.pem", "-subj", "/CN=engine")
            (self.folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
            by = ("-CA", "ca.pem", "-CAkey", "ca-key.pem", "-CAcreateserial")
            run(
                "openssl",
                "x509",
                "-req",
                "-in",
                "request.pem",
                "-out",
                cert,
                *by,
                "-extfile",
                "names",
            )

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._lead, args=(connection,), daemon=True).start()

    def _lead(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            inside = self._context.wrap_socket(connection, server_side=True)
            self.entered += 1
            with inside, socket.socket(socket.AF_UNIX) as engine:
                engine.connect(self._to)
                there = threading.Thread(target=_pump, args=(inside, engine), daemon=True)
                there.start()
                _pump(engine, inside)  # when the engine has said all, nothing is left to be led


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while given := source.recv(65536):
            target.sendall(given)
    if not isinstance(target, ssl.SSLSocket):
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)
