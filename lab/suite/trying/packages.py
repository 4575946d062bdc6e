"""Packages that a program in Python imports: wheels, unpacked beside it or fetched before the run.

No host reaches the Internet. So what `requirements.txt` names is fetched on this machine, once.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import replace
from pathlib import Path, PurePosixPath

from lab.errors import UsageError
from lab.hosts import pip
from lab.hosts.docker.apt import Say
from lab.scenario.wheels import PYTHON, unpacked
from lab.suite.trying.side import Side

REQUIREMENTS = "requirements.txt"

FETCHING = 120
"""Seconds that packages may take to be fetched."""


def with_packages(side: Side, wheels: Path | None, clone: Path, folder: Path, say: Say) -> Side:
    """Return the same side, with its packages beside its program, in a copy below ``folder``.

    They are the ``wheels`` of a folder, or else what its requirements.txt names. Raises UsageError
    where a wheel is none for the hosts, or cannot be had.
    """
    if not side.making.is_python:
        return side
    if wheels is None and REQUIREMENTS in side.brought:
        wheels = _fetched((side.home / REQUIREMENTS).read_bytes(), clone / ".cache" / "wheels", say)
    if wheels is None:
        return side
    files = {**unpacked(wheels), **side.sources}
    home = folder / f"packages-{side.role}"
    for name, content in files.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_bytes(content)
    tops = dict.fromkeys(PurePosixPath(name).parts[0] for name in files)
    return replace(side, home=home, brought=tuple(top for top in tops if top != side.file))


def _fetched(requirements: bytes, cache: Path, say: Say) -> Path | None:
    """Return a folder with the wheels that requirements name; None where they name none."""
    lines = [line.partition(b"#")[0].strip() for line in requirements.splitlines()]
    if not any(lines):
        return None
    folder = cache / hashlib.sha256(requirements).hexdigest()[:16]
    if folder.is_dir():
        return folder
    say(f"fetching what {REQUIREMENTS} names")
    making = cache / f"{folder.name}.{os.getpid()}"
    making.mkdir(parents=True, exist_ok=True)
    try:
        (making / REQUIREMENTS).write_bytes(requirements)
        words = ["-r", str(making / REQUIREMENTS)]
        if seen := pip.download(making, PYTHON, ["2_17"], words, within=FETCHING):
            raise UsageError(
                f"fetching what {REQUIREMENTS} names",
                seen,
                "--wheels FOLDER, with the wheels in it",
            )
        making.rename(folder)
    except FileExistsError:  # another try was quicker
        pass
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return folder
