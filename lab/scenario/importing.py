"""Importing a file of a scenario's folder from its source, and nothing else of that folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType

from lab.errors import ScenarioInvalid


class Source(SourceFileLoader):
    """Reads a module's source, and never the code in ``__pycache__``: anybody could forge that."""

    def get_code(self, fullname: str) -> CodeType:
        """Return the code of the module as its source has it now."""
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


@contextmanager
def sources_only(folder: Path) -> Iterator[None]:
    """Have whoever imports from a folder read sources; raises ScenarioInvalid for a package."""
    refuse_package(folder)
    before = sys.pycache_prefix, sys.dont_write_bytecode
    sys.pycache_prefix, sys.dont_write_bytecode = os.devnull, True
    try:
        yield
    finally:
        sys.pycache_prefix, sys.dont_write_bytecode = before


def refuse_package(folder: Path) -> None:
    """Raise ScenarioInvalid where a scenario's folder is a package: to import it would run that."""
    if os.path.lexists(folder / "__init__.py"):
        raise ScenarioInvalid(
            f"reading {folder}",
            "it has an __init__.py, which would be run on this machine and not on a host",
            "remove it: programs find modules beside them, or in a folder of their own",
        )
