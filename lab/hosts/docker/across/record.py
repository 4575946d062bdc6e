"""What a clone keeps of its lab across two engines: which these are, and what the lab made there.

It is written before each thing is made, so that `lab down` finds it after a kill as well.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

FILE = Path(".cache", "across.json")
"""The file, in a clone."""


@dataclass(frozen=True)
class Record:
    """The contexts of the two engines, the lab's project, and the folder of its clone.

    ``entered`` are those that the lab has had enter a Swarm, ``bridged`` those that have the bridge
    docker_gwbridge only by that.
    """

    first: str
    second: str
    project: str
    folder: str
    entered: tuple[str, ...] = ()
    bridged: tuple[str, ...] = ()

    @property
    def contexts(self) -> tuple[str, str]:
        """Both contexts, the first engine's first."""
        return self.first, self.second

    def entering(self, name: str, *, has_bridge: bool) -> Record:
        """Return it with an engine that is about to enter a Swarm."""
        if name in self.entered:
            return self
        bridged = self.bridged if has_bridge else (*self.bridged, name)
        return replace(self, entered=(*self.entered, name), bridged=bridged)

    def text(self) -> str:
        """Return it as JSON."""
        return json.dumps(asdict(self))


def of(text: str) -> Record | None:
    """Return a record that is written as JSON; None for another text."""
    with contextlib.suppress(ValueError, TypeError, LookupError):
        told: dict[str, Any] = json.loads(text)
        entered, bridged = (tuple(map(str, told[name])) for name in ("entered", "bridged"))
        first, second, project, folder = (
            str(told[name]) for name in ("first", "second", "project", "folder")
        )
        return Record(first, second, project, folder, entered, bridged)
    return None


def kept(root: Path) -> Record | None:
    """Return the record of the clone at ``root``; None where its lab is on one engine."""
    with contextlib.suppress(OSError):
        return of((root / FILE).read_text(encoding="utf-8"))
    return None


def keep(root: Path, record: Record) -> None:
    """Have the clone's lab be across these engines from now on."""
    (root / FILE).parent.mkdir(exist_ok=True)
    (root / FILE).write_text(record.text() + "\n", encoding="utf-8")


def forget(root: Path) -> None:
    """Have the clone's lab be on one engine again."""
    (root / FILE).unlink(missing_ok=True)
