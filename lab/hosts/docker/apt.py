"""Install what the lab lacks from the distribution's own packages, where that is allowed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

Say = Callable[[str], None]
"""Takes one line of progress for the user."""

DEADLINE = 900.0
"""Seconds that one call of apt-get may take."""


def release_ids(text: str) -> set[str]:
    """Return the names in ``ID`` and ``ID_LIKE`` of an os-release(5) file."""
    found: set[str] = set()
    for line in text.splitlines():
        key, _, value = line.partition("=")
        if key in ("ID", "ID_LIKE"):
            found.update(value.strip().strip("\"'").split())
    return found


def system() -> set[str]:
    """Return what this machine's distribution is called, and those that it is like."""
    try:
        return release_ids(Path("/etc/os-release").read_text(encoding="utf-8"))
    except OSError:
        return set()


def can_install() -> bool:
    """Return whether packages can be installed here: root, on Debian or a descendant of it."""
    return (
        os.geteuid() == 0
        and bool(system() & {"debian", "ubuntu"})
        and shutil.which("apt-get") is not None
    )


def compose(of: set[str]) -> str:
    """Return the package of Docker Compose in a distribution.

    Ubuntu's docker-compose is a Compose 1, which does not run on the Python of Ubuntu 24.04.
    """
    return "docker-compose-v2" if "ubuntu" in of else "docker-compose"


def install(packages: Sequence[str], why: str, say: Say) -> str | None:
    """Say so and install packages; return None, or the end of apt-get's complaint.

    Call only where ``can_install()``.
    """
    say(f"{why}: installing {' '.join(packages)} with apt-get")
    command = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", *packages]
    if _apt(command) is None:
        return None
    say("apt-get did not find everything: fetching its lists of packages first")
    return _apt(["apt-get", "update", "-qq"]) or _apt(command)


def _apt(command: Sequence[str]) -> str | None:
    try:
        done = subprocess.run(
            command,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=DEADLINE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"{' '.join(command[:2])} had not ended after {DEADLINE:g} s"
    if done.returncode == 0:
        return None
    return "\n".join(done.stdout.strip().splitlines()[-5:]) or f"exit status {done.returncode}"
