"""One row of the bench's table: two series of times, their ratio, and the goal for it."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto


@dataclass(frozen=True)
class Series:
    """Some times of the same thing, in seconds, and what that thing is called."""

    name: str
    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one, in seconds."""
        return statistics.median(self.seconds)


class Kind(Enum):
    """What a goal is about."""

    RATIO = auto()  # ours against theirs, at most
    LEAST = auto()  # our shortest time against theirs, at most: a busy machine adds to all others
    RATE = auto()  # how many times as many a second as theirs, at least
    SECONDS = auto()  # our median, at most
    WORST = auto()  # the largest of our times, at most
    SLOPE = auto()  # how steep a curve of times is in a log-log plot, at most


@dataclass(frozen=True)
class Goal:
    """What a row should come to; the limit is a number of times, or of seconds."""

    kind: Kind
    limit: float
    words: str


@dataclass(frozen=True)
class Row:
    """One comparison. ``problem`` says why there is none; ``failed``, that this is the lab's fault.

    ``theirs`` is None where the goal is a time of our own; ``notes`` are remarks, a line each.
    """

    name: str
    title: str
    ours: Series | None = None
    theirs: Series | None = None
    goal: Goal | None = None
    notes: tuple[str, ...] = ()
    problem: str = ""
    failed: bool = False
    slope: float | None = None

    @property
    def ratio(self) -> float | None:
        """The median of ours by the median of theirs, None where there are not both."""
        if self.ours is None or self.theirs is None:
            return None
        return self.ours.median / self.theirs.median

    @property
    def value(self) -> float | None:
        """What is held against the goal: a ratio, or seconds; None where nothing was measured."""
        if self.ours is None:
            return None
        kind = self.goal.kind if self.goal else Kind.RATIO
        if kind is Kind.SLOPE:
            return self.slope
        if kind is Kind.SECONDS:
            return self.ours.median
        if kind is Kind.WORST:
            return max(self.ours.seconds)
        if kind is Kind.LEAST and self.theirs is not None:
            return min(self.ours.seconds) / min(self.theirs.seconds)
        ratio = self.ratio
        return 1 / ratio if ratio and kind is Kind.RATE else ratio

    @property
    def is_met(self) -> bool | None:
        """Whether the goal is met; None where there is none, or nothing to tell it from."""
        value = self.value
        if self.goal is None or value is None:
            return None
        return value >= self.goal.limit if self.goal.kind is Kind.RATE else value <= self.goal.limit


Timed = Callable[[], float]
"""Does a thing once and returns how long it took, in seconds, less what does not belong to it."""


def interleaved(pairs: int, *timed: Timed, warm_up: int = 1) -> list[tuple[float, ...]]:
    """Do each thing ``pairs`` times, turn by turn, so that a busy moment meets all of them alike.

    Who comes first changes from turn to turn. Returns the times of each, in seconds.
    """
    times: list[list[float]] = [[] for _ in timed]
    for turn in range(-warm_up, pairs):
        order: Sequence[int] = range(len(timed))
        for index in order if turn % 2 else reversed(order):
            took = timed[index]()
            if turn >= 0:
                times[index].append(took)
    return [tuple(each) for each in times]
