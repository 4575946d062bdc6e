"""The clocks of a stepped program: they stand while it stands, and jump when a wait runs out."""

from __future__ import annotations

import time
from collections.abc import Callable

TICK = 1000
"""Nanoseconds that pass with each look at a clock, so that no two looks are the same."""

SECOND = 10**9

BEGAN = 1000 * SECOND
"""What clocks without a date begin at, so that they show the same in each walk."""


class Clock:
    """Time as the program has it, in nanoseconds since its start."""

    def __init__(self) -> None:
        self.passed = 0

    def reach(self, passed: int) -> None:
        """Let time pass up to this moment, where it has not come yet."""
        self.passed = max(self.passed, passed)

    def install(self) -> None:
        """Have the clocks of the module ``time`` go by this one."""
        today = time.time_ns() // SECOND * SECOND
        for name, began in (("time", today), ("monotonic", BEGAN), ("perf_counter", BEGAN)):
            setattr(time, f"{name}_ns", self._clock(began))
            setattr(time, name, self._clock_in_seconds(began))

    def _clock(self, began: int) -> Callable[[], int]:
        def now() -> int:
            self.passed += TICK
            return began + self.passed

        return now

    def _clock_in_seconds(self, began: int) -> Callable[[], float]:
        clock = self._clock(began)
        return lambda: clock() / SECOND
