"""Bring what a bundle has onto this machine: its course into a folder, its images to the engine."""

from __future__ import annotations

import json
from pathlib import Path

from lab.errors import ImageUnavailable, UsageError
from lab.hosts.bundle.examine import layers_of
from lab.hosts.bundle.layers import Packed, load
from lab.hosts.bundle.manifest import to_json
from lab.hosts.bundle.opened import Opened, Part
from lab.hosts.docker.apt import Say
from lab.hosts.docker.engine.client import EngineClient

INSTALLED = Path(".cache", "bundle.json")
"""In the folder of a course: the manifest of the bundle that it was installed from."""


def begin(bundle: Opened, folder: Path, say: Say, part: Part) -> None:
    """Check the whole bundle, then write its course into a folder.

    The folder is new, empty, or of an earlier install. Files that are there stay. Raises
    UsageError.
    """
    bundle.verify(part)
    marker = folder / INSTALLED
    there = {each.name for each in folder.iterdir()} - {".venv"} if folder.is_dir() else set()
    if there and not marker.is_file():
        raise UsageError(
            f"installing into {folder}",
            "it is there, and no bundle was installed into it",
            "lab install BUNDLE --into another-folder",
        )
    marker.parent.mkdir(parents=True, exist_ok=True)
    marker.write_text(json.dumps(to_json(bundle.manifest)), encoding="utf-8")
    for path in bundle.unpack(folder):
        say(f"kept {path}: yours is not the bundle's")


def give_images(bundle: Opened, client: EngineClient, say: Say) -> int:
    """Give the engine the images that it has not; return how many those were.

    Raises ImageUnavailable.
    """
    own = str(client.version().get("Arch", ""))
    given = 0
    there: list[Packed] = []
    for number, image in enumerate(bundle.images, start=1):
        if own and image.architecture not in ("", own):
            raise ImageUnavailable(
                f"giving image {image.tag} to the engine",
                f"it is for {image.architecture}, and this engine runs {own}",
                "a bundle from a machine with this processor: lab bundle there",
            )
        if layers_of(client, image.tag) != image.layers:
            say(f"loading image {image.name} ({number} of {len(bundle.images)})")
            load(client, image, there, bundle.open)
            given += 1
        there.append(image)
    return given
