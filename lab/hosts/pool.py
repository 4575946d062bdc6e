"""Lend the labs of one clone, each to one user at a time.

Each lab has a lock. So threads, processes and sessions share the labs of a clone in the same way.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future, wait
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from lab.clone import Clone
from lab.errors import HostUnavailable, LabError
from lab.hosts.background import begin, fulfil, side_by_side
from lab.hosts.board import SERVING, Board, is_dear
from lab.hosts.docker.apt import Say
from lab.hosts.docker.compose.lab import Lab
from lab.hosts.docker.engine import engine
from lab.hosts.docker.engine.client import EngineClient
from lab.hosts.docker.lock import held_one
from lab.hosts.docker.workshop import Workshop
from lab.hosts.running_lab import RunningLab
from lab.hosts.software import Software

Job = TypeVar("Job")
Result = TypeVar("Result")

TURN_DEADLINE = 120.0
"""Seconds to wait for other sessions on the same labs to end."""

ENDING = 20.0
"""Seconds that work may take to end after its channels were closed."""


def to_try(number: int, opened: Collection[int], *, dear: bool) -> list[int]:
    """Return the labs to ask for, in order: those that are ``opened`` come first."""
    if dear:
        return [1]
    return sorted(range(1, number + 1), key=lambda each: (each not in opened, each))


@dataclass(eq=False)
class _Task:
    """A job without its types: the hosts that it needs, how to do it, and its future."""

    hosts: tuple[str, ...]
    do: Callable[[RunningLab], None]
    future: Future[Any]


class Pool:
    """Some labs of a clone; each comes up when it is first lent. For several threads."""

    def __init__(self, clone: Clone, number: int, client: EngineClient, say: Say) -> None:
        self._labs = {each: Lab(clone.root, each) for each in range(1, number + 1)}
        self._client = client
        self._say = say
        self._opened: dict[int, RunningLab] = {}
        self._lock = threading.Lock()
        self._ends = False
        self._boards: list[Board[_Task]] = []
        self._threads: list[Future[None]] = []

    @property
    def ends(self) -> bool:
        """Whether it is being closed: whoever plays on its labs begins nothing any more."""
        return self._ends

    @contextmanager
    def lend(self, hosts: Iterable[str] = ()) -> Iterator[RunningLab]:
        """Lend a lab for these hosts, after waiting for one that is free.

        Its channels stay open from one loan to the next. Raises DeadlinePassed where none is free
        in time, and another LabError where it cannot come up.
        """
        wanted = list(hosts)
        dear = is_dear(wanted, self._labs[1].topology.hosts)
        with self._turn(lambda: to_try(len(self._labs), self._opened, dear=dear)) as number:
            yield self._ready(number, wanted)

    def spread(
        self,
        jobs: Iterable[Job],
        hosts_of: Callable[[Job], Iterable[str]],
        work: Callable[[Job, RunningLab], Result],
    ) -> list[Future[Result]]:
        """Begin to do jobs, each in a lab for its hosts; return their futures in order, at once.

        A thread for each lab calls ``work(job, lab)``. A job's future raises what its work raises.
        Where a lab cannot come up, the others do its work. The future of a job that no lab can do
        raises the reason.
        """
        known = self._labs[1].topology.hosts
        futures: list[Future[Result]] = []
        tasks: list[tuple[_Task, bool]] = []
        for job in jobs:
            hosts, future = tuple(hosts_of(job)), Future[Result]()
            task = _Task(hosts, partial(_do, future, partial(work, job)), future)
            tasks.append((task, is_dear(hosts, known)))
            futures.append(future)
        cheap = [task for task, dear in tasks if not dear]
        most = max(len(cheap), min(len(tasks), len(SERVING)))
        labs = [number for number in self._labs if number <= most]
        board = Board(tasks, labs)
        self._boards.append(board)
        for number in labs:
            own = cheap if cheap and number > 1 else [task for task, _ in tasks]
            needed = {name for task in own for name in task.hosts}
            work_off = partial(self._work_off, board, number, sorted(needed))
            self._threads.append(begin(f"lab {number}", work_off))
        return futures

    def close(self) -> None:
        """Cancel the jobs that wait, close all channels, and so end the jobs that run."""
        with self._lock:
            self._ends = True
            opened = list(self._opened.values())
        for board in self._boards:
            for task in board.clear():
                task.future.cancel()
        side_by_side(RunningLab.close, opened)
        wait(self._threads, ENDING)

    def _work_off(self, board: Board[_Task], number: int, hosts: Sequence[str]) -> None:
        """Do the jobs of the board that are for this lab, until there is none left."""
        error: BaseException | None = None
        try:
            with self._turn(lambda: [number]):
                lab = self._ready(number, hosts)
                while task := board.take(number):
                    task.do(lab)
        except BaseException as problem:
            error = problem
            if isinstance(problem, LabError) and not self._ends:
                self._say(f"lab {number} is not used: {problem.sentence}")
        for task in board.leave(number):
            task.future.set_exception(
                error or HostUnavailable("waiting for a lab", "it has ended", "lab up")
            )

    @contextmanager
    def _turn(self, numbers: Callable[[], list[int]]) -> Iterator[int]:
        """Have one of these labs for this thread alone, and yield its number."""

        def locks() -> dict[str, int]:
            return {self._labs[each].identity.lock("session"): each for each in numbers()}

        within, awaited = TURN_DEADLINE, "another session on this lab"
        with held_one(self._labs[1].root, locks, within, awaited, self._say) as turn:
            yield locks()[turn.name]

    def _ready(self, number: int, hosts: Sequence[str]) -> RunningLab:
        """Return a lab that this thread has: brought up at first, looked at again later."""
        known = self._opened.get(number)
        if known is not None:
            known.refresh()
            return known
        lab = self._labs[number]

        def say(text: str) -> None:
            self._say(text if number == 1 else f"lab {number}: {text}")

        try:
            lab.up(hosts, say)
        except LabError:
            if not hosts:
                raise
            # A run that needs a host which does not come up says so. The other runs go on.
            lab.up(say=say)
        opened = RunningLab(self._client, lab.project, lambda names: lab.up(names, say))
        opened.workshop = Workshop(lab.root, self._client, say)
        opened.software = Software(self._client, lab.root)
        with self._lock:
            if not self._ends:
                self._opened[number] = opened
                return opened
        opened.close()
        raise HostUnavailable(f"opening lab {number}", "the session has ended", "")


@contextmanager
def open_pool(clone: Clone, number: int, say: Say) -> Iterator[Pool]:
    """Yield labs of a clone, at most ``number``; at the end no program runs on them any more.

    The hosts stay up, as after ``lab up``. Raises EngineUnavailable.
    """
    with closing(engine.ensure(say)) as client:
        pool = Pool(clone, number, client, say)
        try:
            yield pool
        finally:
            pool.close()


def _do(future: Future[Result], work: Callable[[RunningLab], Result], lab: RunningLab) -> None:
    if future.set_running_or_notify_cancel():
        fulfil(future, partial(work, lab))
