"""What was in the images of hosts on which runs were made: each list once, beside the runs.

A record names each image by the digest of its layers (ChainID). The list of that digest has the
layers, and the packages with their versions.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from lab.errors import UsageError
from lab.hosts.bundle.manifest import Image, Manifest, chain
from lab.hosts.docker.engine.client import EngineClient
from lab.hosts.docker.images.packages import packages_in

FOLDER = "images"
"""The folder of the lists in a clone's results."""

IMAGE, FILE = "Image ", "Digest of "
"""How a record's versions begin that name an image, or what the lab is set up with."""

AROUND = ("Engine", "Kernel")
"""What a record says of the machine; two machines with the same lab may differ in that."""

FURTHER = ("", " of the second engine")
"""What follows these words for each engine: a lab across two has two machines."""


def keep(
    client: EngineClient, folder: Path, tag: str, layers: tuple[str, ...], identity: str
) -> None:
    """Write the list of an image into a folder, where it is not there yet.

    ``identity`` is that of a host with that image. Raises OSError where it cannot be written.
    """
    path = _place(folder, chain(layers))
    if not layers or path.is_file():
        return
    about = {"image": tag, "layers": layers, "packages": packages_in(client, identity)}
    folder.mkdir(parents=True, exist_ok=True)
    number, part = tempfile.mkstemp(dir=folder, prefix=".part-")
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            json.dump(about, file, indent=1)
        Path(part).chmod(0o644)
        Path(part).replace(path)
    finally:
        Path(part).unlink(missing_ok=True)


def manifest_of(record: Path, document: Mapping[str, Any]) -> Manifest:
    """Return what the lab was with which a run was made, by its record.

    Raises UsageError where the record says less than that, or a list is not beside it.
    """
    versions = dict(document["versions"])
    if not any(name.startswith(FILE) for name in versions):
        seen = "it is of a run before records said what the lab was"
        raise UsageError(f"reading {record}", seen, f"lab run {document.get('scenario', 'NAME')}")
    images = {}
    for name, digest in versions.items():
        if name.startswith(IMAGE):
            tag = name.removeprefix(IMAGE)
            images[tag.rpartition("/")[2].partition(":")[0]] = _image(record, tag, str(digest))
    configuration = {
        name.removeprefix(FILE): digest
        for name, digest in versions.items()
        if name.startswith(FILE)
    }
    return Manifest(str(versions["Lab"]), configuration, dict(sorted(images.items())))


def around(document: Mapping[str, Any]) -> dict[str, str]:
    """Return what a record says of the machine, or of both: its engine and its kernel."""
    versions = document["versions"]
    told = {name: str(versions.get(name, "unknown")) for name in AROUND}
    second = {f"{name}{FURTHER[1]}": "none" for name in AROUND}
    return told | {name: str(versions.get(name, none)) for name, none in second.items()}


def _image(record: Path, tag: str, digest: str) -> Image:
    for folder in record.absolute().parents[:4]:
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            known = json.loads(_place(folder / FOLDER, digest).read_text(encoding="utf-8"))
            found = Image(tag, tuple(map(str, known["layers"])), dict(known["packages"]))
            if chain(found.layers) == digest:
                return found
    raise UsageError(
        f"reading {record}",
        f"the list of what is in {tag} is not beside it, in a folder {FOLDER}",
        f"keep {FOLDER}/ together with the runs: both are in out/",
    )


def _place(folder: Path, digest: str) -> Path:
    return folder / f"{digest.removeprefix('sha256:')[:32]}.json"
