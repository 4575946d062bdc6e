"""The engine as seen through a socket of a test's own: it does not give up some networks."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import tempfile
import threading
from pathlib import Path

ENGINE = "/var/run/docker.sock"
_REMOVAL = re.compile(rb"DELETE /(?:v[\d.]+/)?networks/(\w+)")


class StubbornEngine:
    """Passes everything on to this machine's engine, but the removal of what is in ``kept``."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="lab-")
        path = Path(self._folder.name, "engine.sock")
        self.url = f"unix://{path}"
        self.kept: set[str] = set()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen(64)
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """Take no call any more."""
        self._listener.close()
        self._folder.cleanup()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                caller, _ = self._listener.accept()
                threading.Thread(target=self._answer, args=(caller,), daemon=True).start()

    def _answer(self, caller: socket.socket) -> None:
        with caller, socket.socket(socket.AF_UNIX) as engine:
            begun = caller.recv(65536)
            removal = _REMOVAL.match(begun)
            if removal and removal[1].decode() in self.kept:
                caller.sendall(refusal(removal[1].decode()))
                return
            engine.connect(ENGINE)
            engine.sendall(begun)
            back = threading.Thread(target=_pass_on, args=(engine, caller), daemon=True)
            back.start()
            _pass_on(caller, engine)
            back.join()


def refusal(network: str) -> bytes:
    """Return what engine 20.10 answers to who would remove a network of which it lost an end."""
    said = {"message": f"error while removing network: {network} has active endpoints"}
    body = json.dumps(said).encode()
    head = ["HTTP/1.1 403 Forbidden", f"Content-Length: {len(body)}", "Connection: close", "", ""]
    return "\r\n".join(head).encode() + body


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
