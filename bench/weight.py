"""What hosts weigh: memory and processor, on the engine and in this process with its children."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.bare import DEADLINE
from lab.errors import CouldNotJudge

UNITS = {"B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
CHILDREN_END, LOOKS_APART = 5.0, 0.05
"""Seconds that a command may need to end after its work, and between two looks whether it has."""

AT_REST = 5.0
"""Seconds for which the machine's work is watched while nobody asks for anything."""


@dataclass(frozen=True)
class OnEngine:
    """What the engine counts of some hosts: their memory in bytes, and processes."""

    memory: int
    processes: int


def on_engine(hosts: Sequence[str]) -> OnEngine:
    """Ask the engine what these hosts use, as ``docker stats`` counts; raises CouldNotJudge."""
    command = ["docker", "stats", "--no-stream", "--format", "{{.MemUsage}}|{{.PIDs}}", *hosts]
    done = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE, check=False)
    if done.returncode:
        raise CouldNotJudge("asking the engine for its hosts' memory", done.stderr.strip()[-300:])
    lines = [line.split("|") for line in done.stdout.splitlines() if "|" in line]
    return OnEngine(
        sum(size(used.partition("/")[0]) for used, _ in lines),
        sum(int(number) for _, number in lines if number.isdigit()),
    )


def size(text: str) -> int:
    """Return the bytes of a size as Docker writes it, such as ``5.1MiB``."""
    found = re.fullmatch(r"([\d.]+)([KMG]iB|B)", text.strip())
    return int(float(found[1]) * UNITS[found[2]]) if found else 0


def processes(pid: int) -> list[int]:
    """Return a process and all below it."""
    try:
        below = [
            int(child)
            for task in Path(f"/proc/{pid}/task").iterdir()
            for child in (task / "children").read_text().split()
        ]
    except OSError:
        return []
    return [pid, *(each for child in below for each in processes(child))]


def of_this_process() -> tuple[int, int]:
    """Return the memory of this process with its children (PSS, in bytes), and their number."""
    there = processes(os.getpid())
    return sum(map(_pss, there)), len(there)


def of_this_process_alone() -> tuple[int, int]:
    """Return the same once its own commands have ended, or some seconds later."""
    give_up = time.monotonic() + CHILDREN_END
    while True:
        memory, number = of_this_process()
        if number == 1 or time.monotonic() > give_up:
            return memory, number
        time.sleep(LOOKS_APART)


def at_rest(seconds: float = AT_REST) -> float:
    """Return how many of the machine's processors are busy while this process waits.

    It is the whole machine's: of the engine and the hosts, and of whoever else works on it.
    """
    before = _busy()
    time.sleep(seconds)
    return (_busy() - before) / seconds


def of_hosts_at_rest(hosts: Sequence[str], seconds: float = AT_REST) -> float | None:
    """Return how many processors these hosts keep busy; None where their cgroups are not here."""
    before = _used(hosts)
    time.sleep(seconds)
    after = _used(hosts)
    return None if before is None or after is None else (after - before) / seconds


def _used(hosts: Sequence[str]) -> float | None:
    """Return the processor time of hosts so far, in seconds, from cgroups of either version."""
    total = 0.0
    for host in hosts:
        one = Path("/sys/fs/cgroup/cpuacct/docker", host, "cpuacct.usage")
        two = Path("/sys/fs/cgroup/system.slice", f"docker-{host}.scope", "cpu.stat")
        if one.exists():
            total += int(one.read_text()) / 1e9
        elif two.exists():
            total += int(two.read_text().split()[1]) / 1e6
        else:
            return None
    return total


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:"))


def _busy() -> float:
    words = Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    user, nice, system, _, _, *interrupts = map(int, words)
    return (user + nice + system + sum(interrupts[:3])) / os.sysconf("SC_CLK_TCK")
