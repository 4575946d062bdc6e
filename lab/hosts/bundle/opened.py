"""A bundle that is read: whole, unchanged, and with no file that leads elsewhere."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import IO

from lab.errors import UsageError, refuse_link
from lab.hosts.bundle.layers import PIECE, Packed
from lab.hosts.bundle.manifest import Manifest, from_json
from lab.hosts.bundle.pack import CONTENTS, SCHEMA

Part = Callable[[float], None]
"""Takes the part of a work that is done, from 0 to 1."""

_ADVICE = "copy the bundle anew: it is damaged, or not whole"


class Opened:
    """A bundle, open until it is left; raises UsageError where the file is none."""

    def __init__(self, path: Path) -> None:
        self._attempt = f"reading the bundle {path}"
        try:
            self._archive = zipfile.ZipFile(path)
            document = json.loads(self._archive.read(CONTENTS))
            if document["bundle"] != SCHEMA:
                raise ValueError(f"its layout is {document['bundle']!r}, not {SCHEMA}")
            self.files: dict[str, str] = dict(document["files"])
            self.images = [
                Packed(**{**each, "layers": tuple(each["layers"]), "sizes": tuple(each["sizes"])})
                for each in document["images"]
            ]
            self.manifest: Manifest = from_json(document["lab"])
        except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
            raise UsageError(self._attempt, str(error), _ADVICE) from error

    def __enter__(self) -> Opened:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, what: object, where: TracebackType | None
    ) -> None:
        self._archive.close()

    def open(self, name: str) -> IO[bytes]:
        """Open a file of it to read."""
        return self._archive.open(name)

    def verify(self, part: Part = lambda _: None) -> None:
        """Read all of it; raises UsageError where a byte is not what was packed."""
        total = sum(each.file_size for each in self._archive.infolist())
        done = 0
        for name, digest in self.files.items():
            found = hashlib.sha256()
            try:
                with self.open(name) as file:
                    while piece := file.read(PIECE):
                        found.update(piece)
                        done += len(piece)
                        part(done / max(1, total))
            except (OSError, KeyError, zipfile.BadZipFile) as error:
                raise UsageError(self._attempt, f"{name}: {error}", _ADVICE) from error
            if found.hexdigest() != digest:
                raise UsageError(self._attempt, f"{name} is not what was packed", _ADVICE)

    def unpack(self, into: Path) -> list[str]:
        """Write the course into a folder; return the paths of files that are there and differ.

        Those stay as they are. Raises UsageError for a path that leads out of the folder, or over a
        link in it.
        """
        kept = []
        for name in self.files:
            if not name.startswith("course/"):
                continue
            path = self._safe(name.removeprefix("course/"), into)
            content = self._archive.read(name)
            if path.exists():
                if path.read_bytes() != content:
                    kept.append(str(path.relative_to(into)))
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return kept

    def _safe(self, name: str, into: Path) -> Path:
        inside = PurePosixPath(name)
        path = into / inside
        if (
            not inside.parts
            or inside.is_absolute()
            or ".." in inside.parts
            or any(character in name for character in "\\\0")
        ):
            raise UsageError(self._attempt, f"{name!r} leads out of its folder", "no such bundle")
        for each in (path, *path.parents):
            if each != into and each.is_relative_to(into):
                refuse_link(each)
        return path
