"""What an image is made from: its folder as one archive, the same bytes for the same content.

A clone made under another umask has files of other modes. An archive has two: one for what its
owner may execute, and for folders, and one for everything else.
"""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Iterable
from pathlib import Path


def archive(folder: Path) -> bytes:
    """Return a tar archive of a folder, without owners, times and what Python keeps for itself."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path in sorted(folder.rglob("*")):
            if "__pycache__" in path.parts:
                continue
            entry = tarfile.TarInfo(path.relative_to(folder).as_posix())
            if path.is_dir():
                entry.type, entry.mode = tarfile.DIRTYPE, 0o755
                tar.addfile(entry)
            elif path.is_file():
                content = path.read_bytes()
                entry.size = len(content)
                entry.mode = 0o755 if path.stat().st_mode & 0o100 else 0o644
                tar.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


def digest(folder: Path, below: Iterable[str]) -> str:
    """Return a digest of all that the engine is given for a folder, and of the digests below it."""
    found = hashlib.sha256("\0".join([*below, ""]).encode())
    found.update(archive(folder))
    return found.hexdigest()[:16]
