"""A socket here that leads to an engine behind ssh, by the user's own ssh(1).

Docker's SDK would import paramiko for it, also where it uses ssh itself. Each connection becomes
one `ssh HOST docker system dial-stdio`, as Docker's own command makes it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import threading
from pathlib import Path
from urllib.parse import urlsplit

from lab import environment

END_DEADLINE = 5.0
"""Seconds that ssh may take to end when its connection is closed."""


class Tunnel:
    """Leads connections to ``path`` to the engine at an ``ssh://`` URL, until it is closed."""

    def __init__(self, url: str) -> None:
        self._command = command(url)
        self._folder = tempfile.TemporaryDirectory(prefix="lab-ssh-")
        self.path = str(Path(self._folder.name) / "engine.sock")
        self._errors = Path(self._folder.name, "errors").open("w+b")  # noqa: SIM115 - until close
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(self.path)
        self._listener.listen()
        self._running: list[subprocess.Popen[bytes]] = []
        self._thread = threading.Thread(target=self._serve, name="ssh", daemon=True)
        self._thread.start()

    def last_words(self) -> str:
        """Return the last line that ssh printed, "" if none."""
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").splitlines()
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def close(self) -> None:
        """End it, with all that goes through it."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(END_DEADLINE)
        self._listener.close()
        for process in self._running:
            process.terminate()
            process.wait(END_DEADLINE)
        self._errors.close()
        self._folder.cleanup()

    def _serve(self) -> None:
        # Ctrl-C at the terminal must reach the lab, not what its channels go through. A session of
        # its own would do that too, and then ssh could not ask for a passphrase.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                with connection:
                    self._lead(connection)

    def _lead(self, connection: socket.socket) -> None:
        self._running = [process for process in self._running if process.poll() is None]
        try:
            process = subprocess.Popen(
                self._command,
                env=environment.cleaned(os.environ),
                stdin=connection.fileno(),
                stdout=connection.fileno(),
                stderr=self._errors,
            )
        except OSError as error:
            self._errors.write(f"{self._command[0]}: {error.strerror}\n".encode())
            self._errors.flush()
        else:
            self._running.append(process)


def command(url: str) -> list[str]:
    """Return the command that speaks to the engine at an ``ssh://[USER@]HOST[:PORT][/SOCKET]``."""
    there = urlsplit(url)
    user = ("-l", there.username) if there.username else ()
    port = ("-p", str(there.port)) if there.port else ()
    at = f"--host unix://{there.path} " if there.path.strip("/") else ""
    return ["ssh", *user, *port, "--", there.hostname or "", f"docker {at}system dial-stdio"]
