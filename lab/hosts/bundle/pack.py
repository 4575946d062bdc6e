"""Write a bundle: one file that Python runs, with images, wheels, a course and its documents."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from lab.errors import NoSpace, UsageError
from lab.hosts.bundle import examine, first, layers, wheels
from lab.hosts.bundle.manifest import Manifest, to_json
from lab.hosts.docker.apt import Say
from lab.hosts.docker.engine.client import EngineClient
from lab.hosts.docker.images import images

CONTENTS = "bundle.json"
"""The last file of a bundle: what it is, and the digest of each file in it."""

SCHEMA = 1

COURSE = ("LICENSE", "README.md", "compose.yaml", "docs", "examples", "scenarios")
"""What of a clone is its course; a course of one's own is taken with these, too."""

OWN_COURSE = ("Makefile", "images", "pyproject.toml")

_HEAD = b"#!/usr/bin/env python3\n"


class Bundle:
    """A bundle that is being written; it keeps the digest of each file."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._files: dict[str, str] = {}

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write a file of it, in pieces."""
        found = hashlib.sha256()
        with self._archive.open(wheels.entry(name), "w") as file:
            for piece in pieces:
                found.update(piece)
                file.write(piece)
        self._files[name] = found.hexdigest()

    def end(self, **about: Any) -> None:
        """Write what the bundle is, and the digest of all that is in it."""
        document = {"bundle": SCHEMA, "files": self._files, **about}
        self._archive.writestr(wheels.entry(CONTENTS), json.dumps(document, indent=1))


def pack(
    client: EngineClient, root: Path, names: Mapping[str, str], into: Path, say: Say
) -> Manifest:
    """Write the bundle of the lab at ``root`` with the images of these names, by tag.

    What was there before stays until the new one is whole. Raises what taking images and fetching
    wheels raise, NoSpace, and UsageError where ``into`` cannot be written.
    """
    part = into.with_name(f".{into.name}.part")
    scratch = root / ".cache"
    scratch.mkdir(exist_ok=True)
    fetched = wheels.fetch(scratch / "wheels", say)
    try:
        with part.open("wb") as file:
            file.write(_HEAD)
            with zipfile.ZipFile(file, "w") as archive:
                found = _fill(Bundle(archive), client, root, names, fetched, say)
        part.chmod(0o755)
        part.replace(into)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise NoSpace(
                f"writing {into}", "the disk is full", "lab bundle -o ELSEWHERE"
            ) from error
        raise UsageError(f"writing {into}", str(error), "lab bundle -o FILE") from error
    finally:
        part.unlink(missing_ok=True)
    return found


def _fill(
    bundle: Bundle,
    client: EngineClient,
    root: Path,
    names: Mapping[str, str],
    fetched: list[Path],
    say: Say,
) -> Manifest:
    bundle.put("__main__.py", [Path(first.__file__).read_bytes()])
    own, content = wheels.own()
    bundle.put(f"wheels/{own}", [content])
    for path in fetched:
        bundle.put(f"wheels/{path.name}", [path.read_bytes()])
    for path in course(root):
        bundle.put(f"course/{path.relative_to(root).as_posix()}", [path.read_bytes()])
    say("reading what is in the images")
    recipes = images.recipes(root, names)
    found = examine.manifest(client, root, {name: recipes[name] for name in names})
    packed = layers.save(client, names, bundle.put, root / ".cache", say)
    bundle.end(lab=to_json(found), images=[each.to_json() for each in packed])
    return found


def course(root: Path) -> Iterator[Path]:
    """Yield the files of a course: no links, nothing hidden, nothing that a program left."""
    is_clone = (root / "images" / "hosts.yaml").is_file()
    names = (*COURSE, *(() if is_clone else OWN_COURSE))
    for name in (name for name in names if _is_kept(root / name)):
        for folder, below, files in os.walk(root / name):
            below[:] = sorted(each for each in below if _is_kept(Path(folder, each)))
            yield from (path for each in sorted(files) if _is_kept(path := Path(folder, each)))
        if (root / name).is_file():
            yield root / name


def _is_kept(path: Path) -> bool:
    return not path.is_symlink() and not path.name.startswith(".") and path.name != "__pycache__"
