"""The images of the lab's hosts: each made from its folder, again only when that has changed."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from lab.errors import NoSpace, UnknownName
from lab.hosts.background import begin
from lab.hosts.docker import labels
from lab.hosts.docker.apt import Say
from lab.hosts.docker.engine.client import EngineClient, Refused
from lab.hosts.docker.images import base as base_image
from lab.hosts.docker.images import build

NAMESPACE = "socketlab"
ROOM = 1 << 30
"""Bytes that must be free before an image is made."""

_PARENT = re.compile(rf"^ARG\s+(\w+)={NAMESPACE}/([\w-]+)", re.MULTILINE)


@dataclass(frozen=True)
class Recipe:
    """What one image is made from: its folder, the digest of that, and the images that it takes.

    ``parents`` has the lab's images that it stands on or copies from, by the build argument that
    names each; without one called BASE it stands on Debian's.
    """

    name: str
    folder: Path
    digest: str
    parents: Mapping[str, str] = field(default_factory=dict)

    @property
    def tag(self) -> str:
        """The image's full name on the engine: another content is another image."""
        return f"{NAMESPACE}/{self.name}:{self.digest}"


def setting(name: str) -> str:
    """Return the name under which compose.yaml finds the digest of an image in ``.env``."""
    return f"LAB_IMAGE_{name.upper()}"


def parents(dockerfile: str) -> dict[str, str]:
    """Return the lab's images that a Dockerfile takes, by build argument; Debian's is none."""
    return dict(_PARENT.findall(dockerfile))


def in_order(names: Iterable[str], known: Mapping[str, Iterable[str]]) -> list[str]:
    """Return these images and those that they take, each after those.

    Raises UnknownName for one that has no folder.
    """
    ordered: list[str] = []

    def add(name: str, above: tuple[str, ...] = ()) -> None:
        if name not in known or name in above:
            there = ", ".join(sorted(known))
            raise UnknownName(f"looking for image {name}", f"images/ has {there}", "lab doctor")
        for below in known[name]:
            add(below, (*above, name))
        if name not in ordered:
            ordered.append(name)

    for name in names:
        add(name)
    return ordered


def digest(folder: Path, below: Iterable[str]) -> str:
    """Return a digest of a folder's files, with their names and modes, and of what is below."""
    found = hashlib.sha256("\0".join(below).encode())
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            name = path.relative_to(folder).as_posix()
            executable = bool(path.stat().st_mode & 0o100)
            content = path.read_bytes()
            found.update(f"\0{name}\0{executable}\0{len(content)}\0".encode())
            found.update(content)
    return found.hexdigest()[:16]


def recipes(root: Path, names: Iterable[str]) -> dict[str, Recipe]:
    """Return the recipe of each image and of those that it takes, in the order to make them."""
    folders = {path.parent.name: path.parent for path in root.glob("images/*/Dockerfile")}
    taken = {
        name: parents((folder / "Dockerfile").read_text(encoding="utf-8"))
        for name, folder in folders.items()
    }
    found: dict[str, Recipe] = {}
    for name in in_order(names, {name: list(each.values()) for name, each in taken.items()}):
        below = [found[each].digest for each in taken[name].values()]
        found[name] = Recipe(name, folders[name], digest(folders[name], below), taken[name])
    return found


def ensure(client: EngineClient, root: Path, names: Iterable[str], say: Say) -> None:
    """Make the images that are missing, side by side; milliseconds if none is.

    Raises ImageUnavailable, NoSpace or UnknownName.
    """
    wanted = recipes(root, names)
    there = _present(client)
    missing = [recipe for recipe in wanted.values() if recipe.tag not in there]
    if not missing:
        return
    check_room(client)
    base = base_image.ensure(client, root, say)
    _make(client, missing, {name: recipe.tag for name, recipe in wanted.items()}, base, say)


def remove(client: EngineClient) -> list[str]:
    """Remove the lab's images that no host uses; return their names."""
    removed = []
    for image in client.images(labels.DIGEST):
        for name in image["RepoTags"] or [image["Id"]]:
            try:
                client.remove_image(name)
            except Refused as error:
                if error.status not in (404, 409):
                    raise
            else:
                removed.append(name)
    return removed


def check_room(client: EngineClient) -> None:
    """Raise NoSpace where the engine's disk has no room for an image."""
    store = Path(str(client.info().get("DockerRootDir", "/")))
    if store.is_dir() and (free := shutil.disk_usage(store).free) < ROOM:
        raise NoSpace(
            "making the lab's images",
            f"{store} has {free >> 20} MB left, and they want {ROOM >> 20}",
            "free some space: docker system df shows what Docker itself holds",
        )


def _present(client: EngineClient) -> set[str]:
    """Return the full names of the lab's images that the engine has."""
    found = client.images(labels.DIGEST)
    return {name for image in found for name in image["RepoTags"] or ()}


def _make(
    client: EngineClient, missing: list[Recipe], tags: Mapping[str, str], base: str, say: Say
) -> None:
    """Make images, as many at a time as there are processors, each after those that it takes."""
    room = threading.Semaphore(os.cpu_count() or 1)
    made: dict[str, Future[None]] = {}

    def make(recipe: Recipe) -> None:
        for below in recipe.parents.values():
            if below in made:
                made[below].result()
        arguments = {"BASE": base, **{arg: tags[of] for arg, of in recipe.parents.items()}}
        with room:
            build.build(client, recipe.folder, recipe.tag, arguments, recipe.digest, say)

    # Begun in their order: what an image takes is in ``made`` before it is. At Ctrl-C nobody waits
    # for an image to be complete.
    for recipe in missing:
        made[recipe.name] = begin(f"making image {recipe.name}", partial(make, recipe))
    for future in made.values():
        future.result()
