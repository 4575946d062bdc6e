"""The files in a submission's folder or archive, read into memory: nothing is ever unpacked.

So no path leads anywhere, and no link is followed. Whatever is read is bounded before it is read.
"""

from __future__ import annotations

import bz2
import gzip
import io
import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NamedTuple

MOST_ENTRIES = 5_000
"""Files, folders and links of one submission."""

MOST_FILE = 1 << 20
"""Bytes of one file that is taken."""

MOST_TAKEN = 8 << 20
"""Bytes that are taken of one submission."""

MOST_ARCHIVE = 32 << 20
"""Bytes of an archive, packed and unpacked."""

ENDINGS = (".tar.bz2", ".tar.gz", ".tbz2", ".tgz", ".tar", ".zip")

_DIRECTORY = 2 << 20
"""Bytes of a zip's directory: each entry takes at least 46, and becomes an object."""

_OUTSIDE = re.compile(r"/|[A-Za-z]:|(.*/)?\.\.(/|$)")

_EXPECTED = "it is a file, and no zip or tar: a submission is a folder, a zip or a tar with files"

Wanted = Callable[[str], bool]


class Refused(Exception):
    """A submission cannot be read; the text says why, in a sentence."""


def name_of(path: Path) -> str:
    """Return what a submission is called: the folder's name, or the archive's without its end."""
    name = path.resolve().name
    endings = () if path.is_dir() else ENDINGS
    return next((name[: -len(end)] for end in endings if name.lower().endswith(end)), name)


def contents(path: Path, wanted: Wanted) -> dict[str, bytes]:
    """Return the files that are wanted, by their paths in a folder or an archive.

    Raises Refused for what nobody honest hands in (a path outside, a name twice), and for what is
    too large, cut off, of another format or locked with a password.
    """
    with _entries(path) as entries:
        return _taken(entries, wanted)


def links(path: Path, wanted: Wanted) -> list[str]:
    """Return the links in a folder or an archive that have a name that is wanted.

    None is followed: it could lead to any file of whoever grades. Raises Refused, as
    :func:`contents` does.
    """
    with _entries(path) as entries:
        found = [each.name for each in entries if each.is_link]
    return [name for name in found if wanted(name)]


class _Entry(NamedTuple):
    """A path, and what reads at most so many bytes of it where it is a file."""

    name: str
    read: Callable[[int], bytes] | None
    is_link: bool = False


@contextmanager
def _entries(path: Path) -> Iterator[Iterator[_Entry]]:
    """Give what is in a folder or an archive; raises Refused also for what goes wrong meanwhile."""
    try:
        if path.is_dir():
            yield _of_folder(path)
            return
        if not path.is_file():
            raise Refused("it is neither a folder nor a file")
        if path.stat().st_size > MOST_ARCHIVE:
            raise Refused(f"the archive is larger than {MOST_ARCHIVE >> 20} MB")
        with path.open("rb") as file:
            is_zip = file.read(4)[:2] == b"PK"
            file.seek(0)
            yield _of_zip(file) if is_zip else _of_tar(file)
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, ValueError) as error:
        if path.is_file() and not path.name.lower().endswith(ENDINGS):
            raise Refused(_EXPECTED) from error
        raise Refused(f"it is no whole zip or tar: {error}") from error
    except (NotImplementedError, RuntimeError) as error:
        raise Refused(f"the archive cannot be read: {error}") from error
    except OSError as error:
        raise Refused(f"it cannot be read: {error.strerror or error}") from error


def _taken(entries: Iterator[_Entry], wanted: Wanted) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for number, (called, read, _) in enumerate(entries):
        if number >= MOST_ENTRIES:
            raise Refused(f"it has more than {MOST_ENTRIES} files")
        name = called.replace("\\", "/")
        if _OUTSIDE.match(name) or "\0" in name:
            raise Refused(f"{name!r} leads out of the archive")
        parts = PurePosixPath(name).parts
        if any(part[:1] == "." or part in ("__MACOSX", "__pycache__") for part in parts):
            continue
        path = "/".join(parts)
        if read is None or not wanted(path):
            continue
        if path in found:
            raise Refused(f"{path} is in it twice")
        found[path] = read(MOST_FILE + 1)
        if len(found[path]) > MOST_FILE:
            raise Refused(f"{path} is larger than {MOST_FILE >> 20} MB")
        if sum(map(len, found.values())) > MOST_TAKEN:
            raise Refused(f"its files come to more than {MOST_TAKEN >> 20} MB")
    return found


def _of_folder(folder: Path) -> Iterator[_Entry]:
    waiting = [folder]
    while waiting:
        for path in waiting.pop().iterdir():
            is_link = path.is_symlink()
            if path.is_dir() and not is_link:
                waiting.append(path)
            is_file = path.is_file() and not is_link
            name = path.relative_to(folder).as_posix()
            yield _Entry(name, _reader(path) if is_file else None, is_link)


def _reader(path: Path) -> Callable[[int], bytes]:
    def read(most: int) -> bytes:
        with path.open("rb") as file:
            return file.read(most)

    return read


def _of_zip(file: BinaryIO) -> Iterator[_Entry]:
    _check_directory(file)
    with zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            kind = member.external_attr >> 28  # as Unix has it: 8 is a file, 10 a link
            is_file = not member.is_dir() and kind in (0, 8)

            def read(most: int, member: zipfile.ZipInfo = member) -> bytes:
                with archive.open(member) as content:
                    return content.read(most)

            yield _Entry(member.filename, read if is_file else None, kind == 10)


def _check_directory(file: BinaryIO) -> None:
    """Refuse a zip with a directory that is far too long, before it is read."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - 65_557))  # the end record is 22 bytes and a comment
    end = file.read()
    at = end.rfind(b"PK\5\6")
    if at < 0 or int.from_bytes(end[at + 12 : at + 16], "little") > _DIRECTORY:
        raise Refused("it is no zip, or has far too many files")
    file.seek(0)


def _of_tar(file: BinaryIO) -> Iterator[_Entry]:
    start = file.read(3)
    file.seek(0)
    if start[:2] == b"\x1f\x8b":
        content = gzip.GzipFile(fileobj=file).read(MOST_ARCHIVE + 1)
    elif start == b"BZh":
        content = bz2.BZ2File(file).read(MOST_ARCHIVE + 1)
    else:
        content = file.read(MOST_ARCHIVE + 1)
    if len(content) > MOST_ARCHIVE:
        raise Refused(f"it comes to more than {MOST_ARCHIVE >> 20} MB")
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
        while (member := archive.next()) is not None:

            def read(most: int, member: tarfile.TarInfo = member) -> bytes:
                inside = archive.extractfile(member)
                return inside.read(most) if inside else b""

            is_link = member.issym() or member.islnk()
            yield _Entry(member.name, read if member.isreg() else None, is_link)
