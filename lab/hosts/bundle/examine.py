"""Ask the engine what is in the lab's images, and read what the lab is set up with."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path

from lab import clone
from lab.clone import kit
from lab.hosts.bundle.manifest import Image, Manifest
from lab.hosts.docker.compose.lab import Lab
from lab.hosts.docker.engine.client import EngineClient
from lab.hosts.docker.images import images
from lab.hosts.docker.images.packages import packages_of
from lab.hosts.docker.images.recipe import Recipe


def recipes(root: Path) -> dict[str, Recipe]:
    """Return the recipes of all hosts of the lab at ``root``, and of the images that they take."""
    plans = Lab(root).topology.hosts.values()
    return images.recipes(root, dict.fromkeys(plan.image for plan in plans))


def layers_of(client: EngineClient, tag: str) -> tuple[str, ...]:
    """Return the digests of an image's layers; none where the engine has no such image."""
    known = client.image(tag)
    return tuple(known["RootFS"].get("Layers") or ()) if known else ()


def manifest(client: EngineClient, root: Path, wanted: Mapping[str, Recipe]) -> Manifest:
    """Return the manifest of the lab at ``root``, with those of these images that are there."""
    found = {}
    for name, recipe in wanted.items():
        if layers := layers_of(client, recipe.tag):
            found[name] = Image(recipe.tag, layers, packages_of(client, recipe.tag))
    return Manifest(metadata.version("socketlab"), configuration(root), found)


def configuration(root: Path) -> dict[str, str]:
    """Return digests of what the lab at ``root`` is set up with: its hosts, and its own code."""
    own = Path(clone.__file__).parent
    code = (path for path in sorted(own.rglob("*.py")) if "kit" not in path.parts)
    return {
        "compose.yaml": _digest([root / "compose.yaml"]),
        "hosts.yaml": _digest([kit(root) / "hosts.yaml"]),
        "the lab's code": _digest(code),
    }


def _digest(files: Iterable[Path]) -> str:
    found = hashlib.sha256()
    for path in files:
        found.update(hashlib.sha256(path.name.encode() + b"\0" + path.read_bytes()).digest())
    return found.hexdigest()[:16]
