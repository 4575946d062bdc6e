"""Locks of a clone: who holds one is alone at something, and the kernel frees it when they die."""

from __future__ import annotations

import contextlib
import fcntl
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from lab.errors import DeadlinePassed

ASKING_AGAIN = 0.05
"""Seconds between two tries: the kernel has no wait for a lock that ends by itself."""


@contextlib.contextmanager
def held(
    root: Path, name: str, within: float, awaited: str, say: Callable[[str], None]
) -> Iterator[None]:
    """Hold the lock of that name of the clone at ``root``, waiting for whoever has it.

    ``awaited`` says whose end is waited for; it is told once. Raises DeadlinePassed after
    ``within`` seconds.
    """
    folder = root / ".cache"
    folder.mkdir(exist_ok=True)
    with (folder / f"{name}.lock").open("w") as lock:
        give_up = time.monotonic() + within
        told = False
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not told:
                    say(f"waiting for {awaited} to end")
                    told = True
                if time.monotonic() > give_up:
                    raise DeadlinePassed(
                        f"waiting for {awaited} to end",
                        f"it still runs after {within:g} s",
                        "let it end, or stop it; two at once would be in each other's way",
                    ) from None
                time.sleep(ASKING_AGAIN)
        yield
