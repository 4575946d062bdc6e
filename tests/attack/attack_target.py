"""The lab that is attacked: a copy of this clone with hosts of its own, and a look at it after."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import left_over
from attacking import Broke
from lab_clone import Clone, copy_of_this_clone

from lab.errors import LabError
from lab.observation import store
from lab.observation.observation import Observation

HOSTS = ("client", "server")
MEMORY = 1000
"""MB that a command of the lab may take, whatever is done to it."""


@dataclass(frozen=True)
class Call:
    """How one command of the lab ended; ``peak`` is the most memory it had, in MB."""

    status: int
    text: str
    seconds: float
    peak: int

    @property
    def figures(self) -> str:
        """What it cost."""
        return f"status {self.status} after {self.seconds:.1f} s, {self.peak} MB"


@dataclass(frozen=True)
class Played:
    """Two programs that were tried: how the command ended, and what it kept, if it did."""

    call: Call
    folder: Path
    observation: Observation | None

    def lines(self, host: str = "client") -> list[str]:
        """Return what the program of a host printed on stdout."""
        return list(self.observation.host(host).stdout) if self.observation else []


class Target:
    """A clone to attack."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.programs = folder / "lab" / "tests" / "attack" / "programs"
        self.scratch = folder / "scratch"
        self.scratch.mkdir()
        copy_of_this_clone(folder / "lab")
        self.clone = Clone(folder / "lab", {"TMPDIR": str(self.scratch)})
        self.plays = 0
        self._written: dict[str, set[str]] = {}
        """What the engine says was written on each host's root, by the host's id."""

    def call(self, *words: str) -> Call:
        """Run a command of the lab to its end, however long that takes."""
        began, peak = time.monotonic(), 0
        process = self.clone.start(*words)
        try:
            while True:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    told, said = process.communicate(timeout=0.1)
                    break
                peak = max(peak, _peak(process.pid))
        finally:
            kill(process)
        call = Call(process.returncode, f"{told}\n{said}", time.monotonic() - began, peak)
        if "Traceback" in said:
            raise Broke(f"a traceback of the lab's own: {said[-300:]}")
        if call.peak > MEMORY:
            raise Broke(f"it took {call.peak} MB of memory")
        return call

    def play(
        self, client: str | Path, *arguments: str, server: str = "greets.py", options: str = ""
    ) -> Played:
        """Have a client and a server tried on the hosts, whatever they do."""
        self.plays += 1
        kept = self.folder / f"kept{self.plays}"
        call = self.call(
            *("try", "--port", "15000", "-w", str(kept), *options.split()),
            *(str(self.programs / server), str(self.programs / client), "server", *arguments),
        )
        if call.status not in (0, 1, 3):
            raise Broke(f"status {call.status}: {call.text[-300:]}")
        try:
            observation = store.load(kept).observation
        except LabError as error:
            if call.status != 3:
                raise Broke(f"nothing was kept: {error}; {call.text[-300:]}") from error
            observation = None
        return Played(call, kept, observation)

    def check(self) -> None:
        """Raise Broke where something is left, or where an innocent run is not as it should be."""
        if found := left_over.left(self.clone, self._hosts()):
            raise Broke(f"left behind: {found}")
        played = self.play("innocent.py")
        if played.call.status or played.lines() != ["hello"]:
            seen = f"printed {played.lines()[:5]}, {played.call.text[-400:]}"
            raise Broke(f"the next, innocent run ended with {played.call.status}: {seen}")
        if left := [each.name for each in self.scratch.iterdir()]:
            raise Broke(f"left in the machine's /tmp: {', '.join(left[:5])}")
        for host, identity in self._hosts().items():
            written = _written(self.clone, identity)
            known = self._written.setdefault(identity, written)
            if more := sorted(written - known):
                raise Broke(f"written on the root of {host}: {', '.join(more[:5])}")

    def _hosts(self) -> dict[str, str]:
        """Return the hosts on which programs were, and the engine's ids of them."""
        return {host: id_ for host, id_ in self.clone.ids("running").items() if host in HOSTS}

    def renew(self) -> None:
        """Remove the hosts: what one attack did to them is not to be held against the next."""
        for identity in self.clone.ids().values():
            self.clone.docker("rm", "-f", identity)

    def close(self) -> None:
        """Remove all that it has on the engine."""
        self.clone.take_down()


def kill(process: subprocess.Popen[str]) -> None:
    """Kill a command and what it started, if it still runs."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def _peak(pid: int) -> int:
    """Return the most memory that a process had until now, in MB; 0 where it has ended."""
    with contextlib.suppress(OSError):
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
        return int(found[1]) // 1024 if found else 0
    return 0


def _written(clone: Clone, identity: str) -> set[str]:
    """Return what was added or changed on a host's root since it was made, compiled code excepted.

    Folders are named by the engine because of what is in them.
    """
    lines = clone.docker("diff", identity).splitlines()
    return {line[2:] for line in lines if "__pycache__" not in line}
