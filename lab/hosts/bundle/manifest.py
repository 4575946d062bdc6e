"""What a lab is, to the last layer and package, and in what two labs differ."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from lab.errors import UsageError
from lab.hosts.docker.images.packages import Packages, unequal

SCHEMA = 1
"""The version of a manifest's layout."""


@dataclass(frozen=True)
class Image:
    """An image: its full name, the digests of its layers (diff IDs), the packages in it.

    Both of Docker's image stores give a layer the same digest: that of its archive as it was before
    it was compressed (OCI image specification, "Layer DiffID").
    """

    tag: str
    layers: tuple[str, ...]
    packages: Packages


@dataclass(frozen=True)
class Manifest:
    """A lab: its version, digests of what it is set up with by name, and its images by name."""

    version: str
    configuration: Mapping[str, str]
    images: Mapping[str, Image]

    @property
    def word(self) -> str:
        """Eight digits that two labs share where they are the same."""
        found = hashlib.sha256(json.dumps(to_json(self), sort_keys=True).encode()).hexdigest()
        return f"{found[:4]}-{found[4:8]}"

    def only(self, names: Iterable[str]) -> Manifest:
        """Return this lab as it would be with these images alone."""
        kept = {name: self.images[name] for name in names if name in self.images}
        return Manifest(self.version, self.configuration, kept)


def to_json(manifest: Manifest) -> dict[str, Any]:
    """Return a manifest as values that :mod:`json` can write."""
    return {"manifest": SCHEMA, **asdict(manifest)}


def from_json(document: Any) -> Manifest:
    """Return the manifest that a document has; raises UsageError where it has none."""
    try:
        if document["manifest"] != SCHEMA:
            raise ValueError(f"its layout is {document['manifest']!r}, not {SCHEMA}")
        images = {
            str(name): Image(each["tag"], tuple(each["layers"]), dict(each["packages"]))
            for name, each in document["images"].items()
        }
        return Manifest(str(document["version"]), dict(document["configuration"]), images)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(
            "reading the manifest of a lab",
            f"it is none: {type(error).__name__}: {error}",
            "lab verify --save FILE writes one",
        ) from error


def chain(layers: Iterable[str]) -> str:
    """Return one digest for a stack of layers (OCI image specification, "Layer ChainID")."""
    found = ""
    for layer in layers:
        both = f"{found} {layer}".encode()
        found = f"sha256:{hashlib.sha256(both).hexdigest()}" if found else layer
    return found


def differences(here: Manifest, there: Manifest) -> list[str]:
    """Say, a line each, in what the lab here is not the one there.

    Images that only the lab here has do not count. An image that stands on another repeats what
    differs in that: such a line comes once.
    """
    found = []
    if here.version != there.version:
        found.append(f"lab: version {here.version} here, {there.version} there")
    for name in sorted({*here.configuration, *there.configuration}):
        if here.configuration.get(name) != there.configuration.get(name):
            found.append(f"{name}: another content here")
    told: set[str] = set()
    for name, other in there.images.items():
        own = here.images.get(name)
        if own is None:
            found.append(f"image {name}: not here")
        elif own != other:
            lines = [*changed(own.packages, other.packages)]
            new = [line for line in lines if line not in told]
            told.update(lines)
            found += [f"image {name}: {line}" for line in new]
            found += [f"image {name}: {line}" for line in _layers(own, other) if not lines]
    return found


def changed(here: Packages, there: Packages) -> Iterator[str]:
    """Say of each package that is not the same in both, which version it has here and there."""
    for name, own, other in unequal(here, there):
        yield f"{name} {own} here, {other or 'missing'} there"


def _layers(own: Image, other: Image) -> Iterator[str]:
    if own.tag != other.tag:
        yield f"made from another recipe, {own.tag} here, {other.tag} there"
    if own.layers != other.layers:
        same = sum(1 for layer in own.layers if layer in other.layers)
        yield f"{same} of {len(other.layers)} layers are the same, with the same packages"
