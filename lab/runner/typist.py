"""Types into a program when it asks, and sees when it waits for more, or has come to rest."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Protocol

from lab.hosts.process import RunningProgram

QUIET = 2.0
"""Seconds of rest after which a program that shows a prompt waits for more to be typed."""

SILENT = 5.0
"""The same for one that shows no prompt; it may wait for something else."""

AT_WORK = 15.0
"""Seconds without a word after which one at work counts as resting: it may ask in a loop."""

APART = 0.5
"""Seconds of rest after which the next program starts, where this one says and opens nothing."""

UNASKED = 0.5
"""Seconds of rest after which a line is typed into a program that shows no prompt."""

UNSEEN = 5.0
"""The same for one that has windows but shows none yet: it may still be about to open one."""

LOOKS_APART = 0.02
"""Seconds between two looks at whether a program is at work."""


class Keyboard(Protocol):
    """The keyboard of a screen, for a program with windows."""

    @property
    def has_window(self) -> bool:
        """Whether a window stands there, which gets what is typed."""

    def press(self, text: str) -> None:
        """Type text into the uppermost window."""


class Typist:
    """Looks after one running program; ``lines`` are still to be typed into it.

    Where it has windows, ``keyboard`` types into these. Its input gets what is typed while there is
    none: a program may ask there as well.
    """

    def __init__(
        self,
        running: RunningProgram,
        lines: Sequence[str],
        keyboard: Keyboard | None = None,
    ) -> None:
        self._running = running
        self._keyboard = keyboard
        self._lines = list(lines)
        self.types = bool(lines) or keyboard is not None
        """Whether anybody would type into it at all: else it waits for nobody."""
        self._news = 0
        self._had_window = False
        self._heard = self._since = self._looked = time.monotonic()

    def look(self) -> None:
        """See what it has said, and whether it is at work."""
        now, news = time.monotonic(), len(self._running.transcript().lines)
        has_window = self._shown is not None
        if news != self._news or has_window != self._had_window:
            self._news, self._heard, self._since = news, now, now
            self._had_window = has_window
        elif now - self._looked > LOOKS_APART and now - self._heard < AT_WORK:
            # One that has not begun to wait is silent as well, on a machine with much to do.
            self._looked, self._since = now, now if self._running.is_busy() else self._since

    def type_where_it_waits(self, rest_of_all: float) -> None:
        """Type the next line where it asks, or waits in silence.

        ``rest_of_all`` are the seconds since any program of the run was heard or at work.
        """
        if self._lines and not self._running.has_ended and self._waits(rest_of_all):
            self.types_next()

    def types_next(self) -> bool:
        """Type the next line, whether it asks or not; False where there is none."""
        if not self._lines or self._running.has_ended:
            return False
        line = f"{self._lines.pop(0)}\n"
        write = self._running.write if self._shown is None else self._shown.press
        write(line)
        self._heard = self._since = time.monotonic()
        return True

    @property
    def is_idle(self) -> bool:
        """Whether all is typed, and it seems to wait for more."""
        if not self.types or self._lines or self._running.has_ended or self.rest < QUIET:
            return False
        return self.rest > SILENT or self._asks()

    @property
    def is_heard(self) -> bool:
        """Whether it has printed anything, or has come to rest."""
        return self._news > 0 or self._asks() or self.rest > APART

    @property
    def has_lines(self) -> bool:
        """Whether anything is still to be typed into it."""
        return bool(self._lines) and not self._running.has_ended

    @property
    def rest(self) -> float:
        """The seconds since anything was heard of it or typed into it, or it was at work."""
        return time.monotonic() - self._since

    def _waits(self, rest_of_all: float) -> bool:
        """Whether it waits for a line, by all that can be seen.

        A program that prints a line in pieces seems to ask between two of them, so one at work does
        not. One that draws its window shows nothing of that before it has it. One that rests while
        others are at work may wait for those, so that it gets some time more.
        """
        if self._shown is None and self._asks() and not self._running.is_busy():
            return True
        if self._shown is None and self._keyboard is not None:
            return self.rest > UNSEEN
        return self.rest > UNASKED and (rest_of_all > UNASKED or self.rest > QUIET)

    @property
    def _shown(self) -> Keyboard | None:
        """The keyboard, where a window stands there that gets what is typed."""
        return self._keyboard if self._keyboard is not None and self._keyboard.has_window else None

    def _asks(self) -> bool:
        """Whether it has printed something without a line end since it got its last input."""
        return self._running.wait_for_prompt("", 0)
