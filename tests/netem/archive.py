"""A folder as the archive from which a Linux kernel fills its first file system (cpio, "newc").

The format is that of the kernel's documentation (driver-api/early-userspace/buffer-format.rst);
several such archives one behind the other are one.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

LAST = "TRAILER!!!"


def write(folder: Path, target: Path, under: str = "") -> None:
    """Write all that is in a folder, as root's; ``under`` is a path in front of every name."""
    with target.open("wb") as file:
        number = 1
        for parent in _parents(under):
            file.write(_entry(parent, stat.S_IFDIR | 0o755, b"", number))
            number += 1
        for path in _all(folder):
            status = path.lstat()
            content = b""
            if path.is_symlink():
                content = os.fsencode(path.readlink())
            elif path.is_file():
                content = path.read_bytes()
            name = os.path.join(under, path.relative_to(folder))  # noqa: PTH118 - a name, no path
            file.write(_entry(name, status.st_mode, content, number))
            number += 1
        file.write(_entry(LAST, 0, b"", 0))


def _all(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        yield path
        if path.is_dir() and not path.is_symlink():
            yield from _all(path)


def _parents(under: str) -> Iterator[str]:
    parts = Path(under).parts
    for count in range(1, len(parts) + 1):
        yield "/".join(parts[:count])


def _entry(name: str, mode: int, content: bytes, number: int) -> bytes:
    """Return a header, a name and a content, each filled up to four bytes."""
    encoded = os.fsencode(name) + b"\0"
    fields = (number, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(encoded), 0)
    head = b"070701" + b"".join(b"%08X" % field for field in fields) + encoded
    return head + bytes(-len(head) % 4) + content + bytes(-len(content) % 4)
