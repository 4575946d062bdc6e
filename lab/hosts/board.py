"""The board of jobs that wait for a lab: which lab takes which job next."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping
from operator import itemgetter
from typing import Generic, TypeVar

from lab.hosts.docker.compose.file import Plan

Job = TypeVar("Job")


def is_dear(hosts: Iterable[str], known: Mapping[str, Plan]) -> bool:
    """Return whether one of these hosts serves: daemons take seconds to come up, and most memory.

    Such hosts exist in the first lab only.
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

        Only the first lab takes dear ones, and it takes them before others.
        """
        with self._lock:
            jobs = [each for each in self._waiting if lab == 1 or not each[1]]
            if not jobs:
                return None
            # max() returns the first of equal ones: a dear job before others, each in order.
            chosen = max(jobs, key=itemgetter(1))
            self._waiting.remove(chosen)
        return chosen[0]

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
        return 1 in self._labs if dear else bool(self._labs)
