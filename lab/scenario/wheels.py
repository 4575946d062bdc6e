"""Wheels: packages that are unpacked beside a program, where the hosts' Python can use them."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from lab.errors import UsageError

PYTHON = "3.11"
"""The Python of the hosts: that of Debian 12."""

MACHINE = os.uname().machine

MOST = 64 << 20
"""Bytes that a wheel may unpack to; a host gets less (lab.scenario.files)."""


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
