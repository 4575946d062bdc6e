"""The images of a lab as one file, so that a CI makes them once: named by content, as they are."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterable
from pathlib import Path

from lab.errors import CouldNotJudge
from lab.hosts.docker import labels
from lab.hosts.docker.engine.client import EngineClient
from lab.hosts.docker.images import images


def key(root: Path, names: Iterable[str]) -> str:
    """Return a digest of all that these images are made from: 16 hexadecimal digits."""
    tags = sorted(recipe.tag for recipe in images.recipes(root, names).values())
    return hashlib.sha256("\n".join(tags).encode()).hexdigest()[:16]


def save(client: EngineClient, root: Path, names: Iterable[str], file: Path) -> list[str]:
    """Write those of the images that are made into a file, and return their names.

    Raises CouldNotJudge where the docker command cannot.
    """
    listed = client.images(labels.DIGEST)
    there = {images.plain(name) for image in listed for name in image["RepoTags"] or ()}
    tags = [each.tag for each in images.recipes(root, names).values() if each.tag in there]
    if tags:
        file.parent.mkdir(parents=True, exist_ok=True)
        _docker(client, f"writing images into {file}", "save", "--output", str(file), *tags)
    return tags


def load(client: EngineClient, file: Path) -> None:
    """Give the engine the images of a file; raises CouldNotJudge where docker cannot."""
    _docker(client, f"reading images from {file}", "load", "--quiet", "--input", str(file))


def _docker(client: EngineClient, attempted: str, *words: str) -> None:
    done = subprocess.run(
        ["docker", *words],
        env=client.endpoint.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip() or f"docker {words[0]} ended with status {done.returncode}"
        raise CouldNotJudge(attempted, said, "remove the file; lab up makes the images anew")
