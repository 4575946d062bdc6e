"""Whether the engine keeps the limits that images/hosts.yaml sets to a host."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from lab.hosts.docker.compose.lab import Lab
from lab.hosts.docker.engine.client import EngineClient, Known, is_rootless
from lab.hosts.running_lab import RunningLab
from lab.runner.check import Check, State

NAME = "limits"
PLACES = ("/tmp", "/home/student", "/var/tmp", "/dev/shm", "/run/socketlab")  # noqa: S108
"""What every host has as a file system of its own, so that it can be full by itself."""

LOOK = """
cd /sys/fs/cgroup
echo "memory $(cat memory.max memory/memory.limit_in_bytes 2>/dev/null)"
echo "processes $(cat pids.max pids/pids.max 2>/dev/null)"
echo "open-files $(ulimit -Hn)"
awk '$3 == "tmpfs" { print $2, $4 }' /proc/mounts
"""
"""Prints the limits of a host, a line each: of its cgroup (version 2 or 1), and of its places."""

NO_LIMIT = 1 << 50
"""Above it a number is none: cgroups of version 1 have 2^63 where nothing is set."""

MOST_OPEN = 4096
"""How many open files images/hosts.yaml lets a process have, at most."""

ALL = "memory, processes, open files and what may be written are limited on each host"
COST = "a program that takes all of it takes it from the engine's machine"
ADVICE = "docs/engines.md#limits says what the engine keeps, and what the lab does without it"


def check(client: EngineClient | None, root: Path) -> Check:
    """Say which limits the engine does not keep: as a host has them that is up, or as it tells."""
    if client is None:
        return Check(NAME, State.WARN, "cannot be looked at without an engine", "lab up")
    with closing(RunningLab(client, Lab(root).project)) as network:
        for name in network.up[:1]:
            host = network.open([name])[name]
            return judged(unlimited(host.command("sh", "-c", LOOK)[1]))
    return judged(told(client.info()), "; lab up, then lab doctor looks at a host")


def unlimited(said: str) -> list[str]:
    """Return what has no limit on a host that has printed this, as LOOK does."""
    limits = dict(line.split(" ", 1) for line in said.splitlines() if " " in line)
    most = {"memory": NO_LIMIT, "processes": NO_LIMIT, "open-files": MOST_OPEN}
    of_host = [
        what.replace("-", " ")
        for what, limit in most.items()
        if not _is_within(limit, limits, what)
    ]
    return [*of_host, *_places("bytes", "size=", limits), *_places("files", "nr_inodes=", limits)]


def told(info: Known) -> list[str]:
    """Return what the engine cannot limit, by what it tells of itself.

    A rootless one needs cgroups of version 2 for that; Podman tells otherwise, wrongly.
    """
    keys = {"MemoryLimit": "memory", "PidsLimit": "processes"}
    cannot = is_rootless(info) and str(info.get("CgroupVersion")) == "1"
    return [what for key, what in keys.items() if cannot or info.get(key) is False]


def judged(missing: Sequence[str], more: str = "") -> Check:
    """Say what has no limit; ``more`` follows where nothing is missing."""
    if not missing:
        return Check(NAME, State.OK, f"{ALL}{more}")
    return Check(NAME, State.WARN, f"there is no limit of {', '.join(missing)}: {COST}", ADVICE)


def _is_within(limit: int, limits: Mapping[str, str], what: str) -> bool:
    number = limits.get(what, "").strip()
    return number.isdigit() and int(number) <= limit


def _places(what: str, option: str, limits: Mapping[str, str]) -> list[str]:
    missing = [place for place in PLACES if option not in limits.get(place, "")]
    return [f"{what} in {' '.join(missing)}"] if missing else []
