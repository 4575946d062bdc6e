"""Wheels that pip fetches on this machine, for the Python of another one."""

from __future__ import annotations

import platform
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path


def download(
    into: Path,
    python: str,
    libc: Iterable[str],
    words: Sequence[str],
    *,
    within: float | None = None,
) -> str:
    """Have pip fetch wheels into a folder; return what went wrong, or nothing.

    They are for a version of Python (``3.11``) on Linux and this machine's processor, with a glibc
    of one of these versions (``2_17``; PEP 600). ``words`` say what is fetched, ``within`` how many
    seconds that may take.
    """
    tags = [f"manylinux_{each}" for each in libc] + ["manylinux2014"]
    command = [
        *(sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "download"),
        *("--only-binary=:all:", f"--python-version={python}", f"--dest={into}"),
        *(f"--platform={tag}_{platform.machine()}" for tag in tags),
        *words,
    ]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=within, check=False, errors="replace"
        )
    except subprocess.TimeoutExpired:
        return f"nothing came within {within:g} s"
    if not done.returncode:
        return ""
    said = [line for line in done.stderr.strip().splitlines() if "ERROR" in line]
    return "\n".join(said[-3:]) or f"pip ended with {done.returncode}"
