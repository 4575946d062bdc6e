"""A clone of the lab as its user has it: its command line, and what of it is on the engine."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import docker
import docker.errors
import ledger
from waiting import PATIENCE

from lab.cli import main
from lab.hosts.docker.compose.identity import project_of

ROOT = Path(__file__).parents[2]
PROJECT = "com.docker.compose.project"
OURS = ("COMPOSE_PROJECT_NAME", "LAB_PREFIX", "LAB_PREFIX6", "LAB_COMPOSE", "SOCKETLAB_ROOT")
SCREEN = 24

GOOD_SERVER = """
    import socket

    with socket.create_server(("", 15000)) as listener:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"hello")
"""

GOOD_CLIENT = """
    import socket, sys

    with socket.create_connection((sys.argv[1], 15000)) as connection:
        print(connection.recv(100))
"""


@dataclass(frozen=True)
class Said:
    """How one call of the command line ended, and what it printed."""

    status: int
    stdout: str
    stderr: str

    @property
    def text(self) -> str:
        """Both streams, for messages."""
        return f"{self.stdout}\n{self.stderr}"

    def is_clear(self, *words: str) -> bool:
        """Assert that the error is one screen that says what was attempted, seen, and to be tried.

        ``words`` must be in it. Always returns True.
        """
        assert "Traceback" not in self.text, self.text
        assert 2 <= len(self.stderr.splitlines()) <= SCREEN, self.stderr
        assert "Try: " in self.stderr, self.stderr
        told = [line for line in self.stderr.splitlines() if line.startswith("lab: ")][-1]
        assert ": " in told.removeprefix("lab: "), self.stderr
        for word in words:
            assert word in self.stderr, f"{word!r} is not in:\n{self.stderr}"
        return True


def _hear_ctrl_c() -> None:
    """Undo what a shell does to whatever it starts in the background: SIGINT ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Clone:
    """A folder with the lab in it, and a project of its own on the engine."""

    def __init__(self, root: Path, environment: Mapping[str, str] | None = None) -> None:
        self.root = root
        self.project = project_of(root)
        kept = {name: value for name, value in os.environ.items() if name not in OURS}
        self.environment = {**kept, "COLUMNS": "80", "PYTHONPATH": str(root)}
        self.environment.update(environment or {})
        self._started: list[subprocess.Popen[str]] = []

    def lab(
        self, *words: str, within: float = 300, before: Sequence[str] = (), **environment: str
    ) -> Said:
        """Run the command line in this clone, and return how that ended.

        ``before`` is a command that runs it in its turn.
        """
        with self.start(*words, before=before, **environment) as process:
            try:
                stdout, stderr = process.communicate(timeout=within)
            except subprocess.TimeoutExpired:
                process.kill()
                stdout, stderr = process.communicate()
                raise AssertionError(
                    f"lab {' '.join(words)} had not ended after {within:g} s; it said:\n"
                    f"{stdout}\n{stderr}"
                ) from None
        return Said(process.returncode, stdout, stderr)

    def call(self, *words: str, **environment: str) -> Said:
        """Do as ``lab`` does, in this process: it spares the start of another.

        Not for what becomes another program (``exec``, ``shell``), nor where code is edited.
        """
        stdout, stderr = io.StringIO(), io.StringIO()
        with (
            mock.patch.dict(os.environ, {**self.environment, **environment}, clear=True),
            mock.patch.object(sys, "argv", ["lab", *words]),
            contextlib.chdir(self.root),
            contextlib.redirect_stdout(stdout),
            contextlib.redirect_stderr(stderr),
        ):
            try:
                main()
            except SystemExit as leaving:
                status = leaving.code
        assert isinstance(status, int)
        return Said(status, stdout.getvalue(), stderr.getvalue())

    def start(
        self, *words: str, before: Sequence[str] = (), typed: str = "", **environment: str
    ) -> subprocess.Popen[str]:
        """Start the command line in this clone, in a session of its own as at a terminal.

        ``typed`` is all that it will ever be given to read.
        """
        known = self.environment
        if known.get("PYTHONPATH") == str(self.root):
            # It finds its modules in its working folder. With the variable, it would start twice.
            known = {name: value for name, value in known.items() if name != "PYTHONPATH"}
        process = subprocess.Popen(
            [*before, sys.executable, "-m", "lab", *words],
            cwd=self.root,
            env={**known, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
            preexec_fn=_hear_ctrl_c,  # noqa: PLW1509 - it only resets a signal, takes no lock
        )
        self._started.append(process)
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(typed)
            process.stdin.close()
        process.stdin = None
        return process

    def scenario(self, name: str, **files: str) -> Path:
        """Write a scenario's folder: ``server="…"`` becomes ``server.py``; return the folder."""
        folder = self.root / "scenarios" / name
        folder.mkdir(parents=True, exist_ok=True)
        for stem, text in files.items():
            (folder / f"{stem}.py").write_text(text)
        return folder

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a text, which must be there, in a file of this clone."""
        text = (self.root / path).read_text()
        assert old in text, f"{old!r} is not in {path}"
        (self.root / path).write_text(text.replace(old, new))

    def docker(self, *words: str) -> str:
        """Run Docker's own command line, and return what it printed."""
        done = subprocess.run(
            ["docker", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def ids(self, *states: str) -> dict[str, str]:
        """Return the engine's ids of this lab's hosts, in any state or one of these, by name."""
        form = '{{.Label "socketlab.host"}} {{.ID}}'
        filters = [f"label={PROJECT}={self.project}", *(f"status={state}" for state in states)]
        words = [word for one in filters for word in ("--filter", one)]
        listed = self.docker("ps", "-a", "--no-trunc", *words, "--format", form)
        return dict(line.split() for line in listed.splitlines())

    def networks(self) -> list[str]:
        """Return the names of this lab's networks."""
        only = f"label={PROJECT}={self.project}"
        return self.docker("network", "ls", "--filter", only, "--format", "{{.Name}}").split()

    def processes(self) -> list[str]:
        """Return the command lines of processes of this machine that reach into this lab's hosts.

        Nothing of a command may be left: neither the command nor its channels.
        """
        ids = [identity[:12] for identity in self.ids().values()]
        found = []
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError):
                read = (entry / "cmdline").read_bytes() if entry.name.isdigit() else b""
                line = read.decode(errors="replace")
                words = line.split("\0")
                # The engine's own shims name their host too, and live as long as it does.
                reaches = "exec" in words[:4] and any(i in line for i in ids)
                commands = words[1:3] == ["-m", "lab"] and (entry / "cwd").readlink() == self.root
                if reaches or commands:
                    found.append(" ".join(words))
        return found

    def execs(self) -> list[str]:
        """Return the hosts on which a program runs that the engine was asked to run there.

        A channel's agent is one, and no process of this machine is at its other end. One that was
        asked for by who was killed before it started is known to the engine for as long as the
        host is there, and is no process.
        """
        found = []
        where = self.environment.get("DOCKER_HOST")
        with contextlib.closing(docker.APIClient(base_url=where)) as engine:
            for name, identity in self.ids("running").items():
                for each in engine.inspect_container(identity)["ExecIDs"] or ():
                    with contextlib.suppress(docker.errors.NotFound):  # it has just ended
                        found += [name] * engine.exec_inspect(each)["Running"]
        return found

    def inside(self, host: str, user: str = "student") -> list[str]:
        """Return the commands that run on a host as this user."""
        return self.docker(
            "exec", self.ids()[host], "sh", "-c", f"ps -u {user} -o args= || true"
        ).splitlines()

    def take_down(self) -> None:
        """Remove whatever this clone has on the engine, by its own command and then by force."""
        for process in self._started:
            if process.poll() is None:
                process.kill()
            with process:
                continue
        if self.ids() or self.networks():
            self.lab("down")
        for identity in self.ids().values():
            self.docker("rm", "-f", identity)
        for network in self.networks():
            self.docker("network", "rm", network)
        ledger.strike_out(self.project)


MakeClone = Callable[..., Clone]


def copy_of_this_clone(root: Path) -> None:
    """Copy the files that git knows, and those it would add, as they are now.

    What Python has compiled of them comes with them: else each copy would compile all anew, and
    where Python may not write that down, each process. Where this process is killed, the next test
    run removes what the copy has on the engine.
    """
    ledger.enter(project_of(root), root)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    for name in filter(None, listed.decode().split("\0")):
        if (ROOT / name).is_file():
            target = root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(FileNotFoundError):  # another test's, which is gone by now
                shutil.copy2(ROOT / name, target)
    for compiled in ROOT.glob(f"lab/**/*.{sys.implementation.cache_tag}.pyc"):
        target = root / compiled.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(compiled, target)  # Python never writes into such a file: it makes another.
        except OSError:
            shutil.copy2(compiled, target)


def interrupt(process: subprocess.Popen[str]) -> Said:
    """Press Ctrl-C: SIGINT to the process group; return how the command ended."""
    os.killpg(process.pid, signal.SIGINT)
    stdout, stderr = process.communicate(timeout=PATIENCE)
    return Said(process.returncode, stdout, stderr)
