"""Debian's file systems with an engine in them: made once each from this machine's mirror, kept."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from private_engine import Program

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
ROOTLESS = ("iproute2", "kmod", "passwd", "slirp4netns", "uidmap")
"""The packages of an engine, and those with which an ordinary user runs one."""

ADD_USER = (
    'chroot "$1" useradd --create-home socketlab;'
    ' echo socketlab:100000:65536 | tee "$1/etc/subuid" >"$1/etc/subgid"'
)
"""Adds the user of tests/engines/as-user, with as many further users of his own as usual."""

ENGINES = {
    Program.DOCKER: DOCKER,
    Program.PODMAN: PODMAN,
    Program.ROOTLESS_DOCKER: (*DOCKER, "rootlesskit", *ROOTLESS),
    Program.ROOTLESS_PODMAN: (*PODMAN, "passt", "aardvark-dns", *ROOTLESS),
}


def root(suite: str, program: Program = Program.DOCKER) -> Path:
    """Return the root of a suite of Debian, with this engine; raises Unavailable."""
    name = suite if program is Program.DOCKER else f"{suite}-{program.value}"
    made = CLONE / ".cache" / "engines" / name
    if not made.is_dir():
        with held(CLONE, f"engine-{name}", DEADLINE, f"another's making of {name}"):
            if not made.is_dir():
                _make(suite, program, made)
    return made


def _make(suite: str, program: Program, made: Path) -> None:
    if os.geteuid() != 0:
        raise Unavailable("only root can make another Debian's root")
    missing = [each for each in ("apt-get", "mmdebstrap", "gpgv") if shutil.which(each) is None]
    if missing:
        raise Unavailable(f"{missing[0]} is not on this machine")
    half = made.with_name(f"{made.name}.part")
    if half.exists():
        subprocess.run(["rm", "-rf", half], check=True)
    half.parent.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [
            *("mmdebstrap", "--quiet", "--variant=essential"),
            f"--include={','.join(ENGINES[program])},iptables,mount",
            *([f"--customize-hook={ADD_USER}"] if program.is_rootless else []),
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
        raise Unavailable(f"Debian {suite} with {program.value} cannot be made here: {why}")
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
