"""The images of the lab's hosts: each is made from its folder, anew when the folder changes."""

from __future__ import annotations

import os
import re
import shutil
import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from functools import partial
from pathlib import Path

from lab.clone import kit
from lab.errors import NoSpace, UnknownName
from lab.hosts.background import begin
from lab.hosts.docker import labels
from lab.hosts.docker.apt import Say
from lab.hosts.docker.engine.client import EngineClient, Refused
from lab.hosts.docker.images import base as base_image
from lab.hosts.docker.images import build, locks
from lab.hosts.docker.images.context import digest
from lab.hosts.docker.images.recipe import NAMESPACE, Recipe
from lab.hosts.docker.lock import held

MAKING_DEADLINE = 1200.0
"""Seconds to wait for another session of the clone to make images."""

ROOM = 1 << 30
"""Bytes that must be free before an image is made."""

_PARENT = re.compile(rf"^ARG\s+(\w+)={NAMESPACE}/([\w-]+)", re.MULTILINE)


def setting(name: str) -> str:
    """Return the setting in which compose.yaml finds the digest of an image."""
    return f"LAB_IMAGE_{name.upper().replace('-', '_')}"


def tag(name: str, settings: Mapping[str, str]) -> str:
    """Return an image's full name by the settings that name its content."""
    return f"{NAMESPACE}/{name}:{settings[setting(name)]}"


def parents(dockerfile: str) -> dict[str, str]:
    """Return the lab's images that a Dockerfile takes, by build argument."""
    return dict(_PARENT.findall(dockerfile))


def in_order(names: Iterable[str], known: Mapping[str, Iterable[str]]) -> list[str]:
    """Return these images and those that they take, each after those that it takes.

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


def recipes(root: Path, names: Iterable[str]) -> dict[str, Recipe]:
    """Return the recipes of images and of those that they take, in the order to make them.

    A course's own images/ are beside the lab's, and one of the same name is made instead of it.
    """
    places = dict.fromkeys((kit(root), root / "images"))  # in a clone, they are the same
    found_in = (path.parent for place in places for path in place.glob("*/Dockerfile"))
    folders = {folder.name: folder for folder in found_in}
    taken = {
        name: parents((folder / "Dockerfile").read_text(encoding="utf-8"))
        for name, folder in folders.items()
    }
    found: dict[str, Recipe] = {}
    for name in in_order(names, {name: list(each.values()) for name, each in taken.items()}):
        below = [found[each].digest for each in taken[name].values()]
        found[name] = Recipe(name, folders[name], digest(folders[name], below), taken[name])
    return found


def settings(root: Path, names: Iterable[str]) -> dict[str, str]:
    """Return the settings that name images for compose.yaml, made or not yet."""
    wanted = list(dict.fromkeys(names))
    known = recipes(root, wanted)
    return {setting(name): known[name].digest for name in wanted}


def ensure(client: EngineClient, root: Path, names: Iterable[str], say: Say) -> dict[str, Recipe]:
    """Make the images that are missing, side by side; takes milliseconds if none is.

    Return the recipes of these and of those that they take. Raises ImageUnavailable, NoSpace or
    UnknownName.
    """
    wanted = recipes(root, names)
    if not missing_of(client, wanted):
        return wanted
    with held(root, "images", MAKING_DEADLINE, "another session's making of images", say):
        if missing := missing_of(client, wanted):
            check_room(client)
            base = base_image.ensure(client, root, say)
            _make(client, missing, wanted, base, say)
    return wanted


def remove(client: EngineClient) -> list[str]:
    """Remove every clone's images that no host uses now; return their names."""
    removed = []
    for image in client.images(labels.DIGEST):
        for name in image["RepoTags"] or [image["Id"]]:
            try:
                client.remove_image(name)
            except Refused as error:
                if error.status not in (404, 409):
                    raise
            else:
                removed.append(plain(name))
    return removed


def check_room(client: EngineClient) -> None:
    """Raise NoSpace where the engine's disk has no room for an image."""
    store = Path(str(client.info().get("DockerRootDir", "/")))
    if store.is_dir() and (free := shutil.disk_usage(store).free) < ROOM:
        raise NoSpace(
            "making the lab's images",
            f"{store} has {free >> 20} MB left, and the images need {ROOM >> 20} MB",
            "free some space: docker system df shows what Docker itself holds",
        )


def plain(name: str) -> str:
    """Return an image's name without the registry that Podman puts in front of every name."""
    return name.removeprefix("docker.io/").removeprefix("localhost/")


def missing_of(client: EngineClient, wanted: Mapping[str, Recipe]) -> list[Recipe]:
    """Return the recipes of the images that the engine has not."""
    found = client.images(labels.DIGEST)
    there = {plain(name) for image in found for name in image["RepoTags"] or ()}
    return [recipe for recipe in wanted.values() if recipe.tag not in there]


def _make(
    client: EngineClient, missing: list[Recipe], known: Mapping[str, Recipe], base: str, say: Say
) -> None:
    """Make images, as many at once as there are processors, each after those that it takes.

    What an image has otherwise than its lock says is told.
    """
    room = threading.Semaphore(os.cpu_count() or 1)
    made: dict[str, Future[None]] = {}

    def make(recipe: Recipe) -> None:
        for below in recipe.parents.values():
            if below in made:
                made[below].result()
        arguments = {"BASE": base, **{arg: known[of].tag for arg, of in recipe.parents.items()}}
        with room:
            build.build(client, recipe.folder, recipe.tag, arguments, recipe.digest, say)
        locks.tell(client, recipe, known, say)

    # In this order an image's parents are in ``made`` before the image. After Ctrl-C these threads
    # end with the process, and no image is waited for.
    for recipe in missing:
        made[recipe.name] = begin(f"making image {recipe.name}", partial(make, recipe))
    for future in made.values():
        future.result()
