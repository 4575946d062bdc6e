"""Which lab of a clone: its project, its settings and its locks follow from its number.

The first lab is the user's. Its settings are in ``.env``, where compose finds them by hand. The
others (2, 3, …) come up beside it where several scenarios run at once.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from lab.errors import UsageError
from lab.hosts.docker.compose import addresses as prefixes
from lab.hosts.docker.compose.addresses import Net, Prefix
from lab.hosts.docker.compose.env_file import EnvFile

LABS = Path(".cache", "labs")
"""The folder, in a clone, of the settings of every lab but the first."""

NAME = "COMPOSE_PROJECT_NAME"
"""The environment variable with which a user names the first lab."""

GENERATION = Path(".cache", "generation")
"""The file, in a clone, that counts the names which its labs have had to give up."""

_PROJECT = re.compile(r"[a-z0-9][a-z0-9_-]{0,49}")
"""A name that every generation of compose takes as it stands: v1 changes others, v2 refuses them.
There is room for the number of a further lab in the 63 characters of a DNS label."""


def project_of(root: Path) -> str:
    """Return the name of the lab that a clone's path gives: another for each clone."""
    return f"socketlab-{hashlib.sha256(str(root.resolve()).encode()).hexdigest()[:6]}"


def named(lasting: str, generation: int) -> str:
    """Return the first lab's project in a generation of the clone's labs."""
    return f"{lasting}-g{generation}" if generation else lasting


def _named() -> str | None:
    """Return the name that the user gives the lab, if any; raises UsageError for an unusable one.

    A lab that compose brought up under a changed name would never be found again.
    """
    name = os.environ.get(NAME)
    if name and not _PROJECT.fullmatch(name):
        raise UsageError(
            f"naming the lab as {NAME} says",
            f"{name!r} is no name of a project: that has 1 to 50 lower-case letters a to z, digits,"
            " - and _, and begins with a letter or a digit",
            f"{NAME}=my-lab, or unset {NAME}: then the lab makes a name of its own",
        )
    return name


class Identity:
    """One lab of the clone at ``root``; ``number`` counts from 1 on each engine.

    ``on`` is the name of an engine other than the usual one, "" for that.

    Raises UsageError where the user gives the lab a name that it cannot have.
    """

    def __init__(self, root: Path, number: int = 1, on: str = "") -> None:
        self.root = root.resolve()
        self.number = number
        self.on = on
        self.lasting = _named() or project_of(self.root)
        own = named(self.lasting, self.generation)
        self.project = own if number == 1 else f"{own}-{number}"
        usual = number == 1 and not on
        self.env = EnvFile(self.root / (".env" if usual else LABS / on / f"{number}.env"))

    @property
    def generation(self) -> int:
        """How often the clone's labs have had to take another name; usually 0."""
        with contextlib.suppress(OSError, ValueError):
            return int((self.root / GENERATION).read_text())
        return 0

    def become(self, generation: int) -> None:
        """Have the clone's labs be of this generation from now on, for who makes an Identity."""
        path = self.root / GENERATION
        if generation:
            path.write_text(f"{generation}\n")
        else:
            path.unlink(missing_ok=True)

    def lock(self, name: str) -> str:
        """Return the name of a lock that only this lab has."""
        own = name if self.number == 1 else f"{name}-{self.number}"
        return f"{own}-on-{self.on}" if self.on else own

    @property
    def apart(self) -> Path:
        """Where it is kept off which bridges the machine is (:mod:`.apart`)."""
        return self.root / ".cache" / self.lock("apart")

    @property
    def kept(self) -> Prefix | None:
        """The addresses that the lab had last."""
        kept = self.env.settings
        # A clone that was copied together with its .env is another lab all the same.
        is_ours = kept.get(NAME) == self.project
        if is_ours and {"LAB_PREFIX", "LAB_PREFIX6"} <= kept.keys():
            return Prefix(kept["LAB_PREFIX"], kept["LAB_PREFIX6"])
        return None

    @property
    def asked(self) -> Prefix | None:
        """The addresses that the user set for the first lab; raises PrefixTaken for nonsense."""
        is_users = self.number == 1 and not self.on
        return prefixes.from_environment() if is_users else None

    def settings(self, prefix: Prefix) -> dict[str, str]:
        """Return the settings that tell compose the project and its addresses."""
        return {
            NAME: self.project,
            "LAB_PREFIX": prefix.ipv4,
            "LAB_PREFIX6": prefix.ipv6,
        }

    def others(self) -> Iterator[Identity]:
        """Yield the clone's other labs on the engine that have kept settings, and the first one."""
        kept = (self.root / LABS / self.on).glob("[0-9]*.env")
        numbers = {1, *(int(path.stem) for path in kept)} - {self.number}
        return (Identity(self.root, number, self.on) for number in sorted(numbers))

    def kept_by_others(self) -> dict[Net, str]:
        """Return the networks of the clone's other labs, up or down, with their owners."""
        return {
            network: other.project
            for other in self.others()
            if other.kept
            for network in other.kept.networks
        }
