"""Debian's file systems with an engine in them: made once each from this machine's mirror, kept."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from lab.hosts.docker.lock import held

CLONE = Path(__file__).parents[2]
KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg"
LEFT_OUT = ("man", "doc", "locale")

DEADLINE = 600.0
"""Seconds that making one may take."""


class Unavailable(Exception):
    """This machine or user cannot make one; says why."""


def root(suite: str) -> Path:
    """Return the root of a suite of Debian, with its docker.io; raises Unavailable."""
    made = CLONE / ".cache" / "engines" / suite
    if not made.is_dir():
        with held(CLONE, f"engine-{suite}", DEADLINE, f"another's making of {suite}"):
            if not made.is_dir():
                _make(suite, made)
    return made


def _make(suite: str, made: Path) -> None:
    if os.geteuid() != 0:
        raise Unavailable("only root can make another Debian's root")
    missing = [each for each in ("apt-get", "mmdebstrap") if shutil.which(each) is None]
    if missing:
        raise Unavailable(f"{missing[0]} is not on this machine")
    half = made.with_name(f"{suite}.part")
    if half.exists():
        subprocess.run(["rm", "-rf", half], check=True)
    half.parent.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [
            *("mmdebstrap", "--quiet", "--variant=essential"),
            "--include=docker.io,iptables,mount",
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
        said = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
        raise Unavailable(f"no mirror gives Debian {suite} with its docker.io: {said[-1]}")
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
