"""The board of jobs that wait for a lab: which lab takes which job next."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Generic, TypeVar

from lab.hosts.docker.compose.file import Plan

Job = TypeVar("Job")

SERVING = 2
"""How many labs of each engine do dear jobs: daemons take memory in each lab where they run."""


def is_dear(hosts: Iterable[str], known: Mapping[str, Plan]) -> bool:
    """Return whether one of these hosts serves: daemons take seconds to come up, and most memory.

    The first lab of an engine has such hosts, and the second where the first has too many jobs.
    """
    return any(known[name].serves for name in hosts if name in known)


def unknown(_: object) -> float:
    """Return 0: how long a job takes is not known."""
    return 0.0


class Board(Generic[Job]):
    """Jobs, each dear or not, and the labs that take them. For several threads.

    Of several engines, the labs with the lowest numbers are the first ones, one of each engine.
    """

    def __init__(
        self,
        jobs: Iterable[tuple[Job, bool]],
        labs: Collection[int],
        engines: int = 1,
        length_of: Callable[[Job], float] = unknown,
    ) -> None:
        """``length_of`` says how long a job may take: 0 for all of them where nobody knows."""
        self._waiting = list(jobs)
        self._length_of = length_of
        self._dear = [job for job, dear in self._waiting if dear]
        self._in_hand: list[Job] = []
        self._labs = set(labs)
        self._engines = engines
        self._has_returned = False
        self._lock = threading.Condition()

    def take(self, lab: int) -> Job | None:
        """Take the job that a lab does next off the board, in their order; None without any.

        The first lab takes dear ones before others, the longest first. So does the second lab as
        long as the first could not do them all while the others do the rest. Else it takes dear
        ones last and from their end.
        """
        with self._lock:
            order = self._for(lab)
            if not order:
                return None
            self._waiting.remove(order[0])
            self._in_hand.append(order[0][0])
        return order[0][0]

    def done(self, job: Job) -> None:
        """Take note that a job which was taken is done."""
        with self._lock:
            self._in_hand.remove(job)
            self._lock.notify_all()

    def give_back(self, job: Job) -> None:
        """Put a job that was taken, and could not be done, before all others."""
        with self._lock:
            self._in_hand.remove(job)
            self._waiting.insert(0, (job, job in self._dear))
            self._has_returned = True
            self._lock.notify_all()

    def wait(self, lab: int) -> bool:
        """Wait until a job for this lab is there; return False where none can come any more.

        A job that another lab has in hand may come back.
        """
        with self._lock:
            self._lock.wait_for(lambda: self._for(lab) or not self._in_hand)
            return bool(self._for(lab))

    def wait_returned(self) -> bool:
        """Wait until a job was given back; return False where none can be any more."""
        with self._lock:
            self._lock.wait_for(lambda: self._has_returned or not (self._waiting or self._in_hand))
            return self._has_returned

    def is_open(self) -> bool:
        """Return whether a job waits, or may come back."""
        with self._lock:
            return bool(self._waiting or self._in_hand)

    def leave(self, lab: int) -> list[Job]:
        """Take note that a lab does no more jobs; return the jobs that no lab is left for."""
        with self._lock:
            self._labs.discard(lab)
            left = [each for each in self._waiting if not self._has_a_lab(dear=each[1])]
            self._waiting = [each for each in self._waiting if each not in left]
            self._lock.notify_all()
        return [job for job, _ in left]

    def clear(self) -> list[Job]:
        """Take all jobs off the board, and return them."""
        with self._lock:
            left, self._waiting = self._waiting, []
            self._lock.notify_all()
        return [job for job, _ in left]

    def _has_a_lab(self, *, dear: bool) -> bool:
        return any(self._serves(lab) for lab in self._labs) if dear else bool(self._labs)

    def _for(self, lab: int) -> list[tuple[Job, bool]]:
        """Return the jobs that wait and that a lab may do, in its order."""
        cheap = [each for each in self._waiting if not each[1]]
        dear = [each for each in self._waiting if each[1]] if self._serves(lab) else []
        dear.sort(key=lambda each: -self._length_of(each[0]))
        is_first = lab <= self._engines or self._has_too_much()
        return [*dear, *cheap] if is_first else [*cheap, *reversed(dear)]

    def _has_too_much(self) -> bool:
        """Whether dear jobs are more than the first labs' share of all that is not done.

        Left to these, they would be at it long after the others are through.
        """
        left = [*(job for job, _ in self._waiting), *self._in_hand]
        dear = sum(self._length_of(job) for job in left if job in self._dear)
        share = self._engines / max(1, len(self._labs))
        return dear > share * sum(map(self._length_of, left))

    def _serves(self, lab: int) -> bool:
        return lab <= SERVING * self._engines
