"""The images of the lab's hosts: each made from its folder, again only when that has changed."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab import base_image, labels
from lab.engine_client import EngineClient
from lab.errors import ImageUnavailable, NoSpace, UnknownName
from lab.packages import Say

NAMESPACE = "socketlab"
ROOM = 1 << 30
"""Bytes that must be free before an image is made."""

_PARENT = re.compile(r"^ARG\s+BASE=(\S+)", re.MULTILINE)


@dataclass(frozen=True)
class Recipe:
    """What one image is made from: its folder, the digest of that, and the image below."""

    name: str
    folder: Path
    digest: str
    base: str


def tag(name: str) -> str:
    """Return an image's full name on the engine."""
    return f"{NAMESPACE}/{name}:latest"


def parent(dockerfile: str) -> str | None:
    """Return the name of the lab's image that this Dockerfile stands on; None for Debian's."""
    found = _PARENT.search(dockerfile)
    if found and found[1].startswith(f"{NAMESPACE}/"):
        return found[1].removeprefix(f"{NAMESPACE}/").partition(":")[0]
    return None


def in_order(names: Iterable[str], parents: Mapping[str, str | None]) -> list[str]:
    """Return these images and those that they stand on, each after the one that it stands on.

    Raises UnknownName for one that has no folder.
    """
    ordered: list[str] = []

    def add(name: str, above: tuple[str, ...] = ()) -> None:
        if name not in parents or name in above:
            known = ", ".join(sorted(parents))
            raise UnknownName(f"looking for image {name}", f"images/ has {known}", "lab doctor")
        below = parents[name]
        if below is not None:
            add(below, (*above, name))
        if name not in ordered:
            ordered.append(name)

    for name in names:
        add(name)
    return ordered


def digest(folder: Path, below: str) -> str:
    """Return a digest of a folder's files, with their names and modes, and of what is below."""
    found = hashlib.sha256(below.encode())
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            name = path.relative_to(folder).as_posix()
            executable = bool(path.stat().st_mode & 0o100)
            content = path.read_bytes()
            found.update(f"\0{name}\0{executable}\0{len(content)}\0".encode())
            found.update(content)
    return found.hexdigest()[:16]


def digests(root: Path, names: Iterable[str]) -> dict[str, str]:
    """Return the digest of each image and of those below it, in the order to make them."""
    folders = {path.parent.name: path.parent for path in root.glob("images/*/Dockerfile")}
    parents = {
        name: parent((folder / "Dockerfile").read_text(encoding="utf-8"))
        for name, folder in folders.items()
    }
    found: dict[str, str] = {}
    for name in in_order(names, parents):
        found[name] = digest(folders[name], found.get(parents[name] or "", ""))
    return found


def ensure(client: EngineClient, root: Path, names: Iterable[str], say: Say) -> None:
    """Make the images that are missing or whose folder has changed; milliseconds if none is.

    Raises ImageUnavailable, NoSpace or UnknownName.
    """
    wanted = digests(root, names)
    there = _present(client)
    stale = [name for name, made_of in wanted.items() if there.get(tag(name)) != made_of]
    if not stale:
        return
    check_room(client)
    base = base_image.ensure(client, root, say)
    for name in stale:
        below = parent((root / "images" / name / "Dockerfile").read_text(encoding="utf-8"))
        recipe = Recipe(name, root / "images" / name, wanted[name], tag(below) if below else base)
        _build(client, recipe, say)


def check_room(client: EngineClient) -> None:
    """Raise NoSpace where the engine's disk has no room for an image."""
    store = Path(str(client.info().get("DockerRootDir", "/")))
    if store.is_dir() and (free := shutil.disk_usage(store).free) < ROOM:
        raise NoSpace(
            "making the lab's images",
            f"{store} has {free >> 20} MB left, and they want {ROOM >> 20}",
            "free some space: docker system df shows what Docker itself holds",
        )


def _present(client: EngineClient) -> dict[str, str]:
    """Return the digests that the engine's images carry, by full name."""
    found: dict[str, str] = {}
    for image in client.api.images(filters={"label": labels.DIGEST}):
        for name in image["RepoTags"] or ():
            found[name] = image["Labels"][labels.DIGEST]
    return found


def _build(client: EngineClient, recipe: Recipe, say: Say) -> None:
    name = recipe.name
    say(f"making image {tag(name)}")
    log: list[str] = []
    try:
        # The builder shares the engine machine's network: so its mirror, its name server and a
        # proxy of its own work in the image's steps as they do outside.
        events = client.api.build(
            path=str(recipe.folder),
            tag=tag(name),
            buildargs={"BASE": recipe.base, **proxies()},
            labels={labels.DIGEST: recipe.digest},
            network_mode="host",
            rm=True,
            forcerm=True,
            decode=True,
        )
        for line in _lines(events):
            log.append(line)
            if line.startswith("Step "):
                say(f"  {name}: {line[:100]}")
    except Exception as error:  # the SDK lets through whatever its transport raises
        seen = "\n".join([*log[-6:], str(error)])
        if "no space left" in seen.lower():
            raise NoSpace(
                f"making image {tag(name)}", "the engine's disk is full", "docker system df"
            ) from error
        raise ImageUnavailable(
            f"making image {tag(name)} from images/{name}",
            seen,
            "make lab again, once the Debian mirror that this machine uses can be reached",
        ) from error


def _lines(events: Iterator[dict[str, Any]]) -> Iterator[str]:
    """Yield what a build says, line by line; raises RuntimeError with its error."""
    for event in events:
        if "error" in event:
            raise RuntimeError(event["error"].strip())
        yield from filter(None, event.get("stream", "").splitlines())


def proxies() -> dict[str, str]:
    """Return the proxy settings of this machine that the steps of a build need."""
    names = ("http_proxy", "https_proxy", "no_proxy")
    found = {
        name: value
        for name in names
        if (value := os.environ.get(name) or os.environ.get(name.upper()))
    }
    if "http_proxy" not in found and shutil.which("apt-config"):
        asked = subprocess.run(
            ["apt-config", "shell", "proxy", "Acquire::http::Proxy"],
            capture_output=True,
            text=True,
            check=False,
        )
        value = asked.stdout.strip().removeprefix("proxy=").strip("'\"")
        if value and value != "DIRECT":
            found["http_proxy"] = value
    return found
