"""Packages that a program in Python imports: wheels, unpacked beside it or fetched before the run.

No host reaches the Internet. So what `requirements.txt` names is fetched on this machine, once.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from lab.errors import UsageError
from lab.hosts import pip
from lab.hosts.docker.apt import Say
from lab.suite.trying.side import Side

REQUIREMENTS = "requirements.txt"

PYTHON = "3.11"
"""The Python of the hosts: that of Debian 12."""

MACHINE = os.uname().machine

FETCHING = 120
"""Seconds that packages may take to be fetched."""

MOST = 64 << 20
"""Bytes that a wheel may unpack to; a host gets less (lab.scenario.files)."""


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


def unpacked(wheels: Path) -> dict[str, bytes]:
    """Return the files of all wheels in a folder, as Python finds them beside a program.

    Raises UsageError where there is none, or one that the hosts' Python cannot use.
    """
    found: dict[str, bytes] = {}
    for path in sorted(wheels.glob("*.whl")):
        if not _fits(path.stem):
            raise UsageError(
                f"unpacking {path.name}",
                f"it is made for another Python or another system than the hosts' ({PYTHON})",
                "a wheel whose name ends in py3-none-any",
            )
        try:
            found |= dict(_files(path.read_bytes()))
        except (zipfile.BadZipFile, ValueError) as error:
            raise UsageError(f"unpacking {path.name}", str(error), "pip download") from None
    if not found:
        raise UsageError(
            f"looking for wheels in {wheels}",
            "there is no file NAME.whl",
            f"pip download --only-binary :all: -d {wheels} PACKAGE",
        )
    return found


def _fits(stem: str) -> bool:
    """Whether a wheel's tags, the last three of its name, are those of the hosts (PEP 425)."""
    parts = stem.split("-")
    if len(parts) < 5:
        return False
    python, abi, platform = (set(each.split(".")) for each in parts[-3:])
    fits_machine = any(each.endswith(f"_{MACHINE}") and "musl" not in each for each in platform)
    if "any" in platform:
        return bool(python & {"py3", "py311", "cp311"})
    return fits_machine and bool(abi & {"cp311", "abi3", "none"})


def _files(wheel: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a wheel by the names that they get where it is installed (PEP 427)."""
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        if sum(each.file_size for each in archive.infolist()) > MOST:
            raise ValueError(f"it is larger than {MOST >> 20} MB")
        for each in archive.infolist():
            parts = PurePosixPath(each.filename).parts
            if each.is_dir() or ".." in parts or parts[0] == "/":
                continue
            if parts[0].endswith(".data"):
                if parts[1] not in ("purelib", "platlib"):
                    continue
                parts = parts[2:]
            yield "/".join(parts), archive.read(each)


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
