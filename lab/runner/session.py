"""A session with the lab: engine, images and hosts made ready, and nobody else on them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from lab.clone import Clone
from lab.hosts.docker.compose.lab import Lab
from lab.hosts.docker.engine import engine
from lab.hosts.docker.lock import held
from lab.hosts.running_lab import RunningLab

Say = Callable[[str], None]

TURN_DEADLINE = 120.0
"""Seconds to wait for another session on the same lab to end."""


def silent(_: str) -> None:
    """Say nothing."""


@contextlib.contextmanager
def open_lab(clone: Clone, say: Say = silent) -> Iterator[RunningLab]:
    """Yield the running lab, brought up where it is down, and close its channels at the end.

    Only one session at a time runs programs on a lab. Raises LabError.
    """
    lab = Lab(clone.root)
    with contextlib.closing(engine.ensure(say)) as client, turn(clone.root, say):
        lab.up(say=say)
        network = RunningLab(client, lab.project, lambda hosts: lab.up(hosts, say))
        try:
            yield network
        finally:
            network.close()


@contextlib.contextmanager
def turn(root: Path, say: Say = silent) -> Iterator[None]:
    """Hold the lab's lock, waiting for whoever has it; the kernel frees it when a holder dies."""
    with held(root, "session", TURN_DEADLINE, "another session on this lab", say):
        yield
