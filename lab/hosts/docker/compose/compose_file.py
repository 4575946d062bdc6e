"""The ``compose.yaml`` of a lab, with the files that it extends, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from lab.clone import kit, text_of
from lab.errors import ComposeFailed
from lab.hosts.docker.compose.addresses import Prefix
from lab.hosts.docker.compose.file import Topology, topology
from lab.hosts.docker.compose.names import all_names
from lab.hosts.docker.compose.routes import all_routes

KIT = "LAB_KIT"
"""The setting that says where images/hosts.yaml is."""


class ComposeFile:
    """The file of the lab at ``root``, read once and when it is needed; raises ComposeFailed."""

    def __init__(self, root: Path) -> None:
        self.path = root / "compose.yaml"
        self._kit = kit(root)
        self._extended: dict[str, str] = {}

    @cached_property
    def text(self) -> str:
        """Its own text."""
        return self._text_of(self.path)

    def topology(self, settings: Mapping[str, str]) -> Topology:
        """Return what it describes, under these settings."""
        return topology(self.text, {KIT: str(self._kit), **settings}, self._read)

    def settings(self, known: Topology, prefix: Prefix) -> dict[str, str]:
        """Return what hosts have to be told that it does not say itself: routes and names."""
        return {
            KIT: str(self._kit),
            "LAB_ALL_ROUTES": all_routes(known, prefix),
            "LAB_NAMES": all_names(known, prefix),
        }

    @property
    def extended(self) -> tuple[str, ...]:
        """The texts of the files that it was found to extend."""
        return tuple(self._extended.values())

    def _read(self, name: str) -> str:
        if name not in self._extended:
            self._extended[name] = self._text_of(self.path.parent / name)
        return self._extended[name]

    def _text_of(self, path: Path) -> str:
        try:
            return text_of(path)
        except FileNotFoundError:
            raise ComposeFailed(
                "reading the lab's topology",
                f"there is no {path}",
                "run this in a clone of the lab, or in the folder of a course (lab init)",
            ) from None
