"""The board of jobs that wait for a lab: which lab takes which job next."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping
from typing import Generic, TypeVar

from lab.hosts.docker.compose.file import Plan

Job = TypeVar("Job")

SERVING = frozenset({1, 2})
"""The labs that dear jobs are done in: daemons take memory in each lab where they run."""


def is_dear(hosts: Iterable[str], known: Mapping[str, Plan]) -> bool:
    """Return whether one of these hosts serves: daemons take seconds to come up, and most memory.

    The first lab has such hosts, and the second where nothing else is left to do.
    """
    return any(known[name].serves for name in hosts if name in known)


class Board(Generic[Job]):
    """Jobs, each dear or not, and the labs that take them. For several threads."""

    def __init__(self, jobs: Iterable[tuple[Job, bool]], labs: Collection[int]) -> None:
        self._waiting = list(jobs)
        self._labs = set(labs)
        self._lock = threading.Lock()

    def take(self, lab: int) -> Job | None:
        """Take the job that a lab does next off the board, in their order; None without any.

        The first lab takes dear ones before others. Without any others, the second lab takes dear
        ones from their end, so that the first lab need not do all of them.
        """
        with self._lock:
            cheap = [each for each in self._waiting if not each[1]]
            dear = [each for each in self._waiting if each[1]] if lab in SERVING else []
            order = [*dear, *cheap] if lab == 1 else [*cheap, *reversed(dear)]
            if not order:
                return None
            self._waiting.remove(order[0])
        return order[0][0]

    def leave(self, lab: int) -> list[Job]:
        """Take note that a lab does no more jobs; return the jobs that no lab is left for."""
        with self._lock:
            self._labs.discard(lab)
            left = [each for each in self._waiting if not self._has_a_lab(dear=each[1])]
            self._waiting = [each for each in self._waiting if each not in left]
        return [job for job, _ in left]

    def clear(self) -> list[Job]:
        """Take all jobs off the board, and return them."""
        with self._lock:
            left, self._waiting = self._waiting, []
        return [job for job, _ in left]

    def _has_a_lab(self, *, dear: bool) -> bool:
        return bool(self._labs & SERVING if dear else self._labs)
