"""A folder for changed copies of programs, made when it is needed and gone after the run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def place_for_copies(root: Path) -> Iterator[Path]:
    """Give the path of this process's copies in a clone; whoever needs it makes the folder.

    What a process that was killed has left there is removed.
    """
    above = root / ".cache" / "copies"
    for folder in above.glob("[0-9]*"):
        if not Path("/proc", folder.name).exists():
            shutil.rmtree(folder, ignore_errors=True)
    here = above / str(os.getpid())
    try:
        yield here
    finally:
        shutil.rmtree(here, ignore_errors=True)
