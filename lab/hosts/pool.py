"""Lend the labs of one clone, each to one user at a time; they may be on several engines.

Each lab has a lock. So threads, processes and sessions share the labs of a clone in the same way.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future, wait
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from lab.clone import Clone
from lab.errors import HostUnavailable, LabError
from lab.hosts.across import is_across, open_joined, refuse_more
from lab.hosts.background import begin
from lab.hosts.board import SERVING, Board, is_dear, unknown
from lab.hosts.docker.apt import Say
from lab.hosts.docker.lock import held_one
from lab.hosts.engines import Engine, EngineLeft, open_named, open_usual
from lab.hosts.opened import Opened
from lab.hosts.running_lab import RunningLab
from lab.hosts.task import Task, fulfil

Job = TypeVar("Job")
Result = TypeVar("Result")

TURN_DEADLINE = 120.0
"""Seconds to wait for other sessions on the same labs to end."""

ENDING = 20.0
"""Seconds that work may take to end after its channels were closed."""

RETURN_DEADLINE = 120.0
"""Seconds to wait for an engine where none is left."""

LOOKING_AGAIN = 1.0
"""Seconds between two looks at an engine that is away."""

WATCHING = 5.0
"""Seconds between two looks at an engine that is there."""


def to_try(number: int, opened: Collection[int], *, dear: bool) -> list[int]:
    """Return the labs to ask for, in order: those that are ``opened`` come first."""
    if dear:
        return [1]
    return sorted(range(1, number + 1), key=lambda each: (each not in opened, each))


class Pool:
    """Some labs of a clone; each comes up when it is first lent. For several threads.

    Their numbers here go from engine to engine: the first labs of all engines, then the second.
    """

    def __init__(self, clone: Clone, number: int, engines: Sequence[Engine], say: Say) -> None:
        """Prepare ``number`` labs on each of the engines."""
        self._engines = engines
        self._labs = Opened(clone.root, number, engines, say)
        self._say = say
        self._ended = threading.Event()
        self._boards: list[Board[Task]] = []
        self._threads: list[Future[None]] = []

    @property
    def ends(self) -> bool:
        """Whether it is being closed: whoever plays on its labs begins nothing any more."""
        return self._ended.is_set()

    @contextmanager
    def lend(self, hosts: Iterable[str] = ()) -> Iterator[RunningLab]:
        """Lend a lab for these hosts, after waiting for one that is free.

        Its channels stay open from one loan to the next. Raises DeadlinePassed where none is free
        in time, and another LabError where it cannot come up.
        """
        wanted = list(hosts)
        dear = is_dear(wanted, self._labs.known)
        numbers = self._labs.numbers
        with self._turn(lambda: to_try(len(numbers), self._labs.now, dear=dear)) as number:
            yield self._labs.ready(number, wanted)

    def spread(
        self,
        jobs: Iterable[Job],
        hosts_of: Callable[[Job], Iterable[str]],
        work: Callable[[Job, RunningLab], Result],
        length_of: Callable[[Job], float] = unknown,
    ) -> list[Future[Result]]:
        """Begin to do jobs, each in a lab for its hosts; return their futures in order, at once.

        A thread for each lab calls ``work(job, lab)``. A job's future raises what its work raises.
        ``length_of`` tells how long a job may take, in any unit, for labs to end at about one time.
        Where a lab cannot come up, the others do its work. The future of a job that no lab can do
        raises the reason. A job whose work raises EngineLeft is done again, on whichever engine is
        there: at most TRIES times.
        """
        known = self._labs.known
        futures: list[Future[Result]] = []
        tasks: list[tuple[Task, bool]] = []
        for job in jobs:
            hosts, future = tuple(hosts_of(job)), Future[Result]()
            do = partial(fulfil, future, partial(work, job))
            task = Task(hosts, do, future, length_of(job))
            tasks.append((task, is_dear(hosts, known)))
            futures.append(future)
        cheap = [task for task, dear in tasks if not dear]
        firsts = len(self._engines)
        most = max(len(cheap), min(len(tasks), SERVING * firsts))
        # An engine may go away: so each has a lab, which comes up only then where jobs are few.
        labs = [number for number in self._labs.numbers if number <= max(most, firsts)]
        board = Board(tasks, labs, firsts, lambda task: task.length)
        self._boards.append(board)
        if firsts > 1:
            for engine in self._engines:
                begin(f"watching {engine.name}", partial(self._watch, engine))
        for number in labs:
            own = cheap if cheap and number > firsts else [task for task, _ in tasks]
            needed = {name for task in own for name in task.hosts}
            work_off = partial(self._work_off, board, number, sorted(needed), number > most)
            self._threads.append(begin(self._labs.called(number), work_off))
        return futures

    def confirm(self, lab: RunningLab) -> None:
        """Raise EngineLeft where the engine of a lab went away, for who met with trouble there.

        Where no engine was named, nothing is asked: the trouble itself is told.
        """
        if not self.ends:
            self._labs.confirm(lab)

    def close(self) -> None:
        """Cancel the jobs that wait, close all channels, and so end the jobs that run."""
        self._ended.set()
        for board in self._boards:
            for task in board.clear():
                task.future.cancel()
        self._labs.close()
        wait(self._threads, ENDING)

    def _watch(self, engine: Engine) -> None:
        """Look whether an engine falls silent, which ends no connection: plays would wait long."""
        while not self._ended.wait(WATCHING):
            if engine.is_silent():
                self._labs.drop(engine)

    def _work_off(self, board: Board[Task], number: int, hosts: Sequence[str], spare: bool) -> None:
        """Do the jobs of the board that are for this lab, until none can come any more."""
        error: BaseException | None = None
        try:
            if spare and not board.wait_returned():
                return
            with self._turn(lambda: [number]):
                while not self._is_worked_off(board, number, hosts):
                    continue
        except BaseException as problem:
            error = problem
            if isinstance(problem, LabError) and not self.ends:
                self._say(f"{self._labs.called(number)} is not used: {problem.sentence}")
        for task in board.leave(number):
            task.future.set_exception(
                error or HostUnavailable("waiting for a lab", "it has ended", "lab up")
            )

    def _is_worked_off(self, board: Board[Task], number: int, hosts: Sequence[str]) -> bool:
        """Do jobs; return False where the engine went away and is back before all are done."""
        try:
            lab = self._labs.ready(number, hosts)
            while True:
                if task := board.take(number):
                    task.attempt(board, lab)
                elif len(self._engines) == 1 or not board.wait(number):
                    return True
        except EngineLeft:
            self._labs.forget(number)
            if self._is_back(board, number):
                return False
            raise

    def _is_back(self, board: Board[Task], number: int) -> bool:
        """Wait for an engine that went away; return False where it is not waited for any more.

        It is waited for as long as others do the work, and for RETURN_DEADLINE where all are away.
        """
        on = self._labs.engine(number)
        give_up = time.monotonic() + RETURN_DEADLINE
        while not self.ends and board.is_open():
            if on.look():
                return True
            if not all(each.is_away for each in self._engines):
                give_up = time.monotonic() + RETURN_DEADLINE
            if time.monotonic() > give_up:
                break
            self._ended.wait(LOOKING_AGAIN)
        return False

    @contextmanager
    def _turn(self, numbers: Callable[[], list[int]]) -> Iterator[int]:
        """Have one of these labs for this thread alone, and yield its number."""

        def locks() -> dict[str, int]:
            return {self._labs.lock(each): each for each in numbers()}

        within, awaited = TURN_DEADLINE, "another session on this lab"
        with held_one(self._labs.root, locks, within, awaited, self._say) as turn:
            yield locks()[turn.name]


@contextmanager
def open_pool(clone: Clone, number: int, say: Say, on: Sequence[str] = ()) -> Iterator[Pool]:
    """Yield labs of a clone, at most ``number``; at the end no program runs on them any more.

    They are on the usual engine, or as many on each of those that ``on`` names. The hosts stay up,
    as after ``lab up``. Raises EngineUnavailable, UnknownName for an engine that there is not.
    """
    if is_across(clone.root):
        refuse_more(number, on)
        opening = open_joined(clone.root, say)
    else:
        opening = open_named(on, say) if on else open_usual(say)
    with opening as engines:
        pool = Pool(clone, number, engines, say)
        try:
            yield pool
        finally:
            pool.close()
