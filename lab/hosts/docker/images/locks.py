"""Which version of each Debian package an image is to have: a lock beside each image's folder.

A lock has what its image adds to, or changes in, the one that it stands on. It is no part of what
an image is made from: Debian's mirrors keep only the newest version, so none older can be had.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from lab.errors import ImageUnavailable
from lab.hosts.docker.apt import Say
from lab.hosts.docker.engine.client import EngineClient
from lab.hosts.docker.images import base
from lab.hosts.docker.images.packages import Packages, packages_of, unequal
from lab.hosts.docker.images.recipe import Recipe

TOLD = 6
"""How many packages are named, of those that are not as they are locked."""


def locked(recipe: Recipe, known: Mapping[str, Recipe]) -> dict[str, str] | None:
    """Return the packages that an image is to have; None where it, or one below, has no lock."""
    if not _place(recipe.folder).is_file():
        return None
    below = known.get(recipe.parents.get("BASE", ""))
    under = locked(below, known) if below else _read(recipe.folder.with_name("base"))
    return None if under is None else {**under, **_read(recipe.folder)}


def unlike(client: EngineClient, recipe: Recipe, known: Mapping[str, Recipe]) -> list[str]:
    """Say of each package of an image that is not as it is locked, what it is instead."""
    wanted = locked(recipe, known)
    return [] if wanted is None else [*changed(packages_of(client, recipe.tag), wanted)]


def tell(client: EngineClient, recipe: Recipe, known: Mapping[str, Recipe], say: Say) -> None:
    """Say so where an image that was just made has other packages than its lock."""
    if lines := unlike(client, recipe, known):
        say(f"image {recipe.name} has other packages than {_place(recipe.folder).name} says:")
        for line in shortened(lines):
            say(f"  {line}")
        say("  Debian has published them since; the lab goes on. lab images lock renews the lock")


def refuse(client: EngineClient, known: Mapping[str, Recipe]) -> None:
    """Raise ImageUnavailable where an image has no lock, or other packages than its lock."""
    for recipe in known.values():
        has_none = locked(recipe, known) is None
        lines = ["it has no lock"] if has_none else unlike(client, recipe, known)
        if lines:
            raise ImageUnavailable(
                f"using image {recipe.name} as it is locked",
                "\n".join(shortened(lines)),
                "without --locked; lab images lock; or lab install a bundle that has it",
            )


def renew(client: EngineClient, root: Path, known: Mapping[str, Recipe]) -> list[Path]:
    """Write the locks of images, all of which are there; return those that are another now.

    Only the images of the clone or course at ``root`` are locked.
    """
    found: dict[str, dict[str, str]] = {}
    renewed = []
    bottom = packages_of(client, base.TAG) if client.has_image(base.TAG) else {}
    for recipe in known.values():
        if not recipe.folder.is_relative_to(root):
            continue  # the lab's own, installed: its lock comes with it
        found[recipe.name] = packages_of(client, recipe.tag)
        below = found.get(recipe.parents.get("BASE", ""), bottom)
        renewed += _write(_place(recipe.folder), written(found[recipe.name], below))
        if bottom and "BASE" not in recipe.parents:
            renewed += _write(_place(recipe.folder.with_name("base")), written(bottom, {}))
    return renewed


def written(packages: Packages, below: Packages) -> str:
    """Return the text of a lock: the packages of an image that are not so in the one below."""
    lines = (f"{name}={version}\n" for name, version in sorted(packages.items()))
    known = {f"{name}={version}\n" for name, version in below.items()}
    return "".join(line for line in lines if line not in known)


def changed(found: Packages, wanted: Packages) -> Iterator[str]:
    """Say of each package that is not as wanted, what it is instead."""
    for name, own, other in unequal(found, wanted):
        yield f"{name} {own} instead of {other}" if other else f"{name} {own}, not locked"


def shortened(lines: list[str]) -> list[str]:
    """Return as many lines as a screen has room for, and how many more there are."""
    more = len(lines) - TOLD
    return lines if more <= 0 else [*lines[:TOLD], f"and {more} more"]


def _place(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.lock")


def _read(folder: Path) -> dict[str, str]:
    path = _place(folder)
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    pairs = (line.partition("=") for line in lines if "=" in line)
    return {name.strip(): version.strip() for name, _, version in pairs}


def _write(path: Path, text: str) -> list[Path]:
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return []
    path.write_text(text, encoding="utf-8")
    return [path]
