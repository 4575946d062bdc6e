"""A session with the lab: engine, images and hosts made ready, and nobody else on them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from lab.clone import Clone
from lab.hosts.docker.apt import Say
from lab.hosts.docker.lock import held
from lab.hosts.pool import TURN_DEADLINE, open_pool
from lab.hosts.running_lab import RunningLab


def silent(_: str) -> None:
    """Say nothing."""


@contextlib.contextmanager
def open_lab(clone: Clone, say: Say = silent) -> Iterator[RunningLab]:
    """Yield the running lab, brought up where it is down, and close its channels at the end.

    Only one session at a time runs programs on a lab. Raises LabError.
    """
    with open_pool(clone, 1, say) as pool, pool.lend() as lab, contextlib.closing(lab):
        yield lab


@contextlib.contextmanager
def turn(root: Path, say: Say = silent) -> Iterator[None]:
    """Hold the first lab's lock, waiting for whoever has it."""
    with held(root, "session", TURN_DEADLINE, "another session on this lab", say):
        yield
