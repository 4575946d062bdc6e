"""Which lab of a clone: its project, its settings and its locks follow from its number.

The first lab is the user's. Its settings are in ``.env``, where compose finds them by hand. The
others (2, 3, …) come up beside it where several scenarios run at once.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from lab.hosts.docker.compose import addresses as prefixes
from lab.hosts.docker.compose.addresses import Net, Prefix
from lab.hosts.docker.compose.env_file import EnvFile

LABS = Path(".cache", "labs")
"""The folder, in a clone, of the settings of every lab but the first."""


def project_of(root: Path) -> str:
    """Return the name of the lab that a clone's path gives: another for each clone."""
    return f"socketlab-{hashlib.sha256(str(root.resolve()).encode()).hexdigest()[:6]}"


class Identity:
    """One lab of the clone at ``root``; ``number`` counts from 1."""

    def __init__(self, root: Path, number: int = 1) -> None:
        self.root = root.resolve()
        self.number = number
        own = os.environ.get("COMPOSE_PROJECT_NAME") or project_of(self.root)
        self.project = own if number == 1 else f"{own}-{number}"
        self.env = EnvFile(self.root / (".env" if number == 1 else LABS / f"{number}.env"))

    def lock(self, name: str) -> str:
        """Return the name of a lock that only this lab has."""
        return name if self.number == 1 else f"{name}-{self.number}"

    @property
    def kept(self) -> Prefix | None:
        """The addresses that the lab had last."""
        kept = self.env.settings
        # A clone that was copied together with its .env is another lab all the same.
        is_ours = kept.get("COMPOSE_PROJECT_NAME") == self.project
        if is_ours and {"LAB_PREFIX", "LAB_PREFIX6"} <= kept.keys():
            return Prefix(kept["LAB_PREFIX"], kept["LAB_PREFIX6"])
        return None

    @property
    def asked(self) -> Prefix | None:
        """The addresses that the user set for the first lab; raises PrefixTaken for nonsense."""
        return prefixes.from_environment() if self.number == 1 else None

    def settings(self, prefix: Prefix) -> dict[str, str]:
        """Return the settings that tell compose the project and its addresses."""
        return {
            "COMPOSE_PROJECT_NAME": self.project,
            "LAB_PREFIX": prefix.ipv4,
            "LAB_PREFIX6": prefix.ipv6,
        }

    def others(self) -> Iterator[Identity]:
        """Yield the clone's other labs that have kept settings, and the first one."""
        numbers = [1, *(int(path.stem) for path in (self.root / LABS).glob("[0-9]*.env"))]
        return (Identity(self.root, number) for number in numbers if number != self.number)

    def kept_by_others(self) -> dict[Net, str]:
        """Return the networks of the clone's other labs, up or down, with their owners."""
        return {
            network: other.project
            for other in self.others()
            if other.kept
            for network in other.kept.networks
        }
