"""A server of ssh of a test's own: Debian's sshd, with keys and a log of its own."""

from __future__ import annotations

import contextlib
import fcntl
import getpass
import os
import shutil
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path

from waiting import PATIENCE, wait_for

PATHS = f"{os.defpath}:/usr/sbin:/sbin"
SEPARATED = Path("/run/sshd")
"""The empty folder that sshd wants where root starts it (sshd(8))."""

OURS = 0o711
"""The mode that it has where a test has made it; the system's own has 0755."""

SERVER = """
ListenAddress {address}
Port {port}
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/user_key.pub
PidFile none
UsePAM no
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
LogLevel VERBOSE
"""

CLIENT = """
Host far
    HostName {address}
    Port {port}
    User {user}
    IdentityFile {folder}/user_key
    IdentitiesOnly yes
    BatchMode yes
    UserKnownHostsFile {folder}/known_hosts
    GlobalKnownHostsFile none
    StrictHostKeyChecking accept-new
"""


def why_not() -> str | None:
    """Return why this machine can have none, or None."""
    missing = [each for each in ("sshd", "ssh", "ssh-keygen") if not _found(each)]
    return f"{missing[0]} is not here: as root, apt-get install openssh-server" if missing else None


class SshServer:
    """An sshd that lets this user in by one key; the client knows it as ``far``."""

    def __init__(
        self, folder: Path, address: str = "127.0.0.1", before: Sequence[str] = ()
    ) -> None:
        """Start it, and wait until it listens. ``folder`` is for its keys and its log.

        ``before`` is a command that runs it in its turn, where ``address`` is.
        """
        self.folder = folder
        self.config = folder / "config"
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        for key in ("host_key", "user_key"):
            command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / key)]
            subprocess.run(command, check=True)
        words = {"address": address, "port": port, "folder": folder, "user": getpass.getuser()}
        (folder / "sshd_config").write_text(SERVER.format(**words))
        self.config.write_text(CLIENT.format(**words))
        self._client_first(f'exec {_found("ssh")} -F {self.config} "$@"')
        self._separated = _use() if os.geteuid() == 0 else None
        with (folder / "log").open("wb") as log:
            options = ["-D", "-e", "-f", str(folder / "sshd_config")]
            self._process = subprocess.Popen(
                [*before, _found("sshd"), *options], stdout=log, stderr=log
            )
        try:
            wait_for("sshd to listen", lambda: self._listens(address, port))
        except AssertionError:
            self.close()
            raise

    @property
    def log(self) -> str:
        """What sshd has logged."""
        return (self.folder / "log").read_text(errors="replace")

    @property
    def entered(self) -> int:
        """How many connections have been let in."""
        return self.log.count("Accepted publickey")

    @property
    def path(self) -> str:
        """A PATH whose first ssh is the machine's own, with the test's settings for the user's."""
        return f"{self.folder / 'bin'}:{os.environ['PATH']}"

    def close(self) -> None:
        """End it; fine where it has ended."""
        self._process.terminate()
        self._process.wait(PATIENCE)
        if self._separated is not None:
            _leave(self._separated)
            self._separated = None

    def _client_first(self, text: str) -> None:
        ssh = self.folder / "bin" / "ssh"
        ssh.parent.mkdir()
        ssh.write_text(f"#!/bin/sh\n{text}\n")
        ssh.chmod(0o755)

    def _listens(self, address: str, port: int) -> bool:
        assert self._process.poll() is None, f"sshd ended: {self.log}"
        return f"Server listening on {address} port {port}." in self.log


def _use() -> int:
    """Make the folder where it is not there, and have it stay; return what keeps it (flock(2)).

    Other processes have an sshd as well, and each connection needs the folder.
    """
    while True:
        with contextlib.suppress(FileExistsError):
            SEPARATED.mkdir()
            SEPARATED.chmod(OURS)
        with contextlib.suppress(FileNotFoundError):  # somebody has just removed it
            held = os.open(SEPARATED, os.O_RDONLY | os.O_DIRECTORY)
            fcntl.flock(held, fcntl.LOCK_SH)
            if SEPARATED.is_dir() and os.path.samestat(os.fstat(held), SEPARATED.stat()):
                return held
            os.close(held)


def _leave(held: int) -> None:
    """Remove the folder where a test has made it and nobody else needs it any more."""
    with contextlib.suppress(OSError):
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(held).st_mode & 0o777 == OURS:
            SEPARATED.rmdir()
    os.close(held)


def _found(program: str) -> str:
    return shutil.which(program, path=PATHS) or ""
