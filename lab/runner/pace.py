"""How long the programs of a run may take: deadlines, scaled where a proof is in a hurry."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from lab.errors import LabError
from lab.scenario.program import DEFAULT_DEADLINE, Program

WITHIN = 5.0
"""Seconds that a step waits, where it does not say how many."""

LISTEN_DEADLINE = 5.0
"""Seconds that a program may take to listen where it promised to."""

LEAST = 0.5
"""Seconds that are left of a step's ``within``, however short the deadlines are made."""

PATIENCE = 2.5
"""Seconds that are left where a step that waits in vain would end all steps."""

AT_WORK = 3
"""So many times as long may one take that is still at work: it may have a busy machine to thank."""

SLICE = 0.5
"""Seconds to wait on for one that is at work, before the next look."""


Walk = Callable[[Callable[[], bool], float, bool], float]
"""Lets stepped programs move until a condition holds, for so many seconds in which none can move.

Returns the seconds that are left to wait. The last argument says whether the condition is required.
It raises PlayEnded where no step can go on.
"""


class PlayEnded(LabError):
    """The walk has ended, or a person has left, while a step still waited."""


@dataclass(frozen=True)
class Pace:
    """The deadlines of one run, in seconds.

    ``deadline`` holds for programs without one of their own; ``scale`` scales every deadline, and
    what a step gives as ``within``. Where programs are stepped, ``walk`` moves them while the lab
    waits.
    """

    deadline: float = DEFAULT_DEADLINE
    scale: float = 1.0
    walk: Walk | None = None

    def left(self, holds: Callable[[], bool], seconds: float, *, required: bool = False) -> float:
        """Let stepped programs move until ``holds()``; return the seconds left to wait for it."""
        return seconds if self.walk is None else self.walk(holds, seconds, required)

    def scaled(self, within: float) -> float:
        """Return how long to wait where a step says ``within``."""
        return max(within * self.scale, min(within, LEAST))

    def patience(self, within: float, *, required: bool) -> float:
        """Return how long a step waits: longer where it is required, for that is in vain once only.

        On a busy machine what is right would else be too late in a hurried run.
        """
        return max(self.scaled(within), min(within, PATIENCE) if required else 0.0)

    def until(self, holds: Callable[[], bool], seconds: float) -> bool:
        """Wait until ``holds()`` is true, asking every millisecond; False where time is over."""
        give_up = time.monotonic() + self.left(holds, seconds)
        while not holds():
            if time.monotonic() > give_up:
                return False
            time.sleep(0.001)
        return True

    def deadline_of(self, program: Program) -> float:
        """Return how long a program may take."""
        return (self.deadline if program.deadline is None else program.deadline) * self.scale

    def to_listen(self, program: Program) -> float:
        """Return how long a program may take to listen where it promised to.

        Where others are hurried, one that is known to be slow may be slow to listen as well.
        """
        slow = min(LISTEN_DEADLINE, self.deadline_of(program))
        return max(1.0, LISTEN_DEADLINE * self.scale, slow)
