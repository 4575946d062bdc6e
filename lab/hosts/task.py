"""A job of a pool: begun on one lab, and again on another where an engine goes away meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

from lab.errors import EngineUnavailable
from lab.hosts.board import Board
from lab.hosts.engines import EngineLeft
from lab.hosts.running_lab import RunningLab

Result = TypeVar("Result")

TRIES = 3
"""How often a job is begun where engines go away meanwhile: it may be what ends them."""


@dataclass(eq=False)
class Task:
    """A job without its types: the hosts that it needs, how to do it, and its future.

    ``do`` raises EngineLeft where it is to be done elsewhere. ``length`` is how many seconds it may
    take, 0 where that is not known.
    """

    hosts: tuple[str, ...]
    do: Callable[[RunningLab], None]
    future: Future[Any]
    length: float = 0.0
    tries: int = 0

    def attempt(self, board: Board[Task], lab: RunningLab) -> None:
        """Do it on a lab, and tell the board; raises EngineLeft where the engine went away."""
        self.tries += 1
        try:
            self.do(lab)
        except EngineLeft:
            if self.tries < TRIES:
                board.give_back(self)
                raise
            seen = f"{self.tries} times an engine went away while that was played"
            self.future.set_exception(EngineUnavailable("playing", seen, "lab engines"))
            board.done(self)
            raise
        board.done(self)


def fulfil(future: Future[Result], work: Callable[[RunningLab], Result], lab: RunningLab) -> None:
    """Have the future hold what comes of the work, unless that is to be done elsewhere."""
    if future.running() or future.set_running_or_notify_cancel():
        try:
            future.set_result(work(lab))
        except EngineLeft:
            raise
        except BaseException as error:
            future.set_exception(error)
