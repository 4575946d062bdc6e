"""Where the lab's own files are: the clone with compose.yaml, its scenarios, its results."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from lab.errors import UnknownName


@dataclass(frozen=True)
class Clone:
    """A clone of the lab: the folder that holds ``compose.yaml``."""

    root: Path

    @property
    def scenarios(self) -> Path:
        """The folder of scenario folders."""
        return self.root / "scenarios"

    @property
    def out(self) -> Path:
        """The folder that results go to."""
        return self.root / "out"

    def results(self, scenario: str, family: str) -> Path:
        """Return the folder for the results of one run."""
        return self.out / scenario / family


def here() -> Clone:
    """Return the clone around the working folder, else the one that this package runs from.

    The environment variable ``SOCKETLAB_ROOT`` names one outright. Raises UnknownName.
    """
    named = os.environ.get("SOCKETLAB_ROOT")
    start = Path(named) if named else Path.cwd()
    for folder in (start, *start.parents, Path(__file__).resolve().parent.parent):
        if (folder / "compose.yaml").is_file() and (folder / "scenarios").is_dir():
            return Clone(folder)
    raise UnknownName(
        "looking for the lab's folder",
        f"neither {start} nor a folder above it has compose.yaml and scenarios/",
        "cd into the clone, or set SOCKETLAB_ROOT",
    )
