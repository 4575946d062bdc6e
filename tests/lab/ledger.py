"""Which copies of this clone test runs have made; what a killed test run left up is removed.

Each copy has a file in this clone, which the process that made the copy keeps locked. The kernel
frees the lock of a dead process, so a file that nobody locks tells of hosts that nobody wants.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from lab.hosts.docker import labels

FOLDER = Path(__file__).parents[2] / ".cache" / "copies-of-tests"

PATIENCE = 60.0
"""Seconds that killed commands may take to be gone."""

_held: dict[str, IO[str]] = {}
"""The files that this process has locked, by the project of the copy."""


def enter(project: str, root: Path) -> None:
    """Note that this process has a copy in the folder ``root``, whose lab has this project."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = (FOLDER / project).open("a+")  # open until struck out, or until the process ends
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    print(root.resolve(), file=file, flush=True)
    _held[project] = file


def strike_out(project: str) -> None:
    """Forget a copy that has nothing left on the engine; fine for one that was never entered."""
    if project in _held:
        (FOLDER / project).unlink(missing_ok=True)
        _held.pop(project).close()


def sweep() -> list[str]:
    """Remove the hosts and networks of copies whose process is dead; return their projects.

    Commands of theirs that still run are killed first, because they would bring hosts up again.
    What the engine does not give up stays noted, for the next time.
    """
    swept = []
    for note in sorted(FOLDER.glob("*")):
        with note.open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            file.seek(0)
            for root in dict.fromkeys(file.read().splitlines()):
                _end_commands(Path(root))
            if left := _remove(note.name):
                swept.append(note.name)
            if not left or not _remove(note.name):
                note.unlink(missing_ok=True)
    return swept


def _end_commands(root: Path) -> None:
    """Kill the lab's commands that run in a copy, and wait until they are gone."""
    give_up = time.monotonic() + PATIENCE
    while (found := commands(root)) and time.monotonic() < give_up:
        for pid in found:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)


def commands(root: Path) -> list[int]:
    """Return the numbers of the processes that are commands of the lab in a copy."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            words = (entry / "cmdline").read_bytes().split(b"\0") if entry.name.isdigit() else []
            if words[1:3] == [b"-m", b"lab"] and _is_in(entry / "cwd", root):
                found.append(int(entry.name))
    return found


def _is_in(cwd: Path, root: Path) -> bool:
    """Return whether a link of proc(5) leads to a folder, be that deleted."""
    return str(cwd.readlink()).removesuffix(" (deleted)") == str(root)


def _remove(project: str) -> bool:
    """Remove what the labs of a copy have; return whether there was anything."""
    of_copy = re.compile(rf"{re.escape(project)}(-g\d+)?(-\d+)?")
    aside = _docker("ps", "-aq", "--no-trunc", "--filter", f"label={labels.APART}={project}")
    hosts = [*aside, *_ours(of_copy, "ps", "-a", "--no-trunc")]
    networks = _ours(of_copy, "network", "ls", "--no-trunc")
    for identity in hosts:
        _docker("rm", "-f", identity)
    for identity in networks:
        _docker("network", "rm", identity)
    return bool(hosts or networks)


def _ours(of_copy: re.Pattern[str], *words: str) -> list[str]:
    form = f'{{{{.ID}}}} {{{{.Label "{labels.PROJECT}"}}}}'
    lines = _docker(*words, "--filter", f"label={labels.PROJECT}", "--format", form)
    split = (line.partition(" ") for line in lines)
    return [identity for identity, _, project in split if of_copy.fullmatch(project)]


def _docker(*words: str) -> Sequence[str]:
    """Return the lines of an answer; none where the engine refuses or does not answer."""
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        return subprocess.run(
            ["docker", *words], capture_output=True, text=True, timeout=300, check=False
        ).stdout.splitlines()
    return ()
