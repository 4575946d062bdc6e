"""Work in threads: one that does not keep the process alive, or as many as there are things."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import TypeVar

from lab.errors import DeadlinePassed

T = TypeVar("T")
Thing = TypeVar("Thing")


def begin(name: str, work: Callable[[], T]) -> Future[T]:
    """Begin to work, and return at once; the future raises what the work raises.

    The end of the process does not wait for such a thread, as it does for those of a pool.
    """
    future: Future[T] = Future()
    threading.Thread(target=fulfil, args=(future, work), name=name, daemon=True).start()
    return future


def fulfil(future: Future[T], work: Callable[[], T]) -> None:
    """Do the work, and have the future hold its result or its error."""
    try:
        future.set_result(work())
    except BaseException as error:
        future.set_exception(error)


def result_of(future: Future[T], within: float, attempted: str, advice: str) -> T:
    """Return what comes of work; raises DeadlinePassed after ``within`` seconds, and its error."""
    try:
        return future.result(within)
    except FutureTimeoutError:
        raise DeadlinePassed(attempted, f"no answer within {within:g} s", advice) from None


def side_by_side(work: Callable[[Thing], T], things: Collection[Thing]) -> list[T]:
    """Do the work for all things at once, and return what comes of each, in their order."""
    with ThreadPoolExecutor(len(things) or 1) as pool:
        return list(pool.map(work, things))
