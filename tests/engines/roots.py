"""Debian's file systems with an engine in them: made once each from this machine's mirror, kept."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from lab.hosts.docker.lock import held

CLONE = Path(__file__).parents[2]
KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg"
LEFT_OUT = ("man", "doc", "locale")

DEADLINE = 600.0
"""Seconds that making one may take."""


class Unavailable(Exception):
    """This machine or user cannot make one; says why."""


DOCKER = ("docker.io",)
PODMAN = ("podman", "crun", "netavark", "nftables")
"""The packages of an engine."""


def root(suite: str, engine: Sequence[str] = DOCKER) -> Path:
    """Return the root of a suite of Debian, with its engine; raises Unavailable."""
    name = suite if engine == DOCKER else f"{suite}-{engine[0]}"
    made = CLONE / ".cache" / "engines" / name
    if not made.is_dir():
        with held(CLONE, f"engine-{name}", DEADLINE, f"another's making of {name}"):
            if not made.is_dir():
                _make(suite, engine, made)
    return made


def _make(suite: str, engine: Sequence[str], made: Path) -> None:
    if os.geteuid() != 0:
        raise Unavailable("only root can make another Debian's root")
    missing = [each for each in ("apt-get", "mmdebstrap") if shutil.which(each) is None]
    if missing:
        raise Unavailable(f"{missing[0]} is not on this machine")
    half = made.with_name(f"{made.name}.part")
    if half.exists():
        subprocess.run(["rm", "-rf", half], check=True)
    half.parent.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [
            *("mmdebstrap", "--quiet", "--variant=essential"),
            f"--include={','.join(engine)},iptables,mount",
            *(f"--dpkgopt=path-exclude=/usr/share/{each}/*" for each in LEFT_OUT),
            # What is not released yet may have stood still at a mirror for weeks.
            '--aptopt=Acquire::Check-Valid-Until "false"',
            *(suite, half, f"deb [signed-by={KEYS}] {_mirror()} {suite} main"),
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )
    if done.returncode:
        subprocess.run(["rm", "-rf", half], check=True)
        said = [line for line in done.stderr.splitlines() if line.startswith("E: ")]
        why = said[0] if said else f"mmdebstrap ended with {done.returncode}"
        raise Unavailable(f"Debian {suite} with its {engine[0]} cannot be made here: {why}")
    half.rename(made)


def _mirror() -> str:
    listed = subprocess.run(
        [
            *("apt-get", "indextargets", "--format", "$(ORIGIN)|$(LABEL)|$(REPO_URI)"),
            "Created-By: Packages",
        ],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    for line in listed.splitlines():
        if line.startswith("Debian|Debian|"):
            return line.rpartition("|")[2]
    raise Unavailable("this machine's apt knows no mirror of Debian")
