"""Locks of a clone: one process or thread at a time; the kernel frees the lock of a dead one."""

from __future__ import annotations

import contextlib
import fcntl
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lab.errors import DeadlinePassed

ASKING_AGAIN = 0.05
"""Seconds between two tries: the kernel has no wait for a lock that ends by itself."""


@dataclass(frozen=True)
class Held:
    """A lock that this process holds.

    A process that inherits the ``descriptor`` keeps the lock, even where this one is killed.
    """

    name: str
    descriptor: int


def held(
    root: Path, name: str, within: float, awaited: str, say: Callable[[str], None] = lambda _: None
) -> contextlib.AbstractContextManager[Held]:
    """Hold the lock of that name of the clone at ``root``; see :func:`held_one`."""
    return held_one(root, lambda: [name], within, awaited, say)


@contextlib.contextmanager
def held_one(
    root: Path,
    names: Callable[[], Iterable[str]],
    within: float,
    awaited: str,
    say: Callable[[str], None],
) -> Iterator[Held]:
    """Hold the first lock that is free among these of the clone at ``root``, and yield it.

    ``names()`` is called anew for each try. ``awaited`` names, for the user, what has the lock.
    Raises DeadlinePassed after ``within`` seconds.
    """
    folder = root / ".cache"
    folder.mkdir(exist_ok=True)
    give_up = time.monotonic() + within
    told = False
    while True:
        for name in names():
            with (folder / f"{name}.lock").open("w") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                yield Held(name, lock.fileno())
                return
        if not told:
            say(f"waiting for {awaited} to end")
            told = True
        if time.monotonic() > give_up:
            raise DeadlinePassed(
                f"waiting for {awaited} to end",
                f"it still runs after {within:g} s",
                "let it end, or stop it; two at once would be in each other's way",
            )
        time.sleep(ASKING_AGAIN)
