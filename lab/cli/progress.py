"""What is being done now and for how long: one line on a terminal, a line a result in a pipe."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from lab.cli.output import width
from lab.observation.run import Run, worst
from lab.wire.text import harmless

Say = Callable[[str], None]

TICK = 1.0
"""Seconds between two looks at the clock: nobody stares at a line that stands still."""


class Progress:
    """A line on the terminal's stderr that each new one replaces; nothing where it is piped.

    The line ends with the seconds since it was first shown. Use it in a ``with`` statement: the
    line is taken away at the end. Lines that stay are said by :meth:`say`, piped or not.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self._live = sys.stderr.isatty() and not quiet
        self._tells_results = not (quiet or sys.stderr.isatty())
        # While expectations are judged, pytest keeps to itself what is written to descriptor 2.
        self._stream = os.fdopen(os.dup(2), "w", encoding="utf-8", errors="backslashreplace")
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._text = self._line = ""
        self._since = 0.0
        self._shown = 0

    def __enter__(self) -> Progress:
        if self._live:
            threading.Thread(target=self._tick, name="progress", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self.clear()
        self._stream.close()

    def __call__(self, text: str) -> None:
        """Show what is being done now."""
        if not self._live:
            return
        with self._lock:
            if text != self._text:
                self._text, self._since = text, time.monotonic()
            self._show()

    def say(self, text: str) -> None:
        """Tell of something in a line that stays; the seconds since then follow it."""
        self.clear()
        with self._lock:
            self._put(f"lab: {harmless(text)}\n")
            self._text, self._since = f"  … {text}", time.monotonic()

    def result(self, text: str) -> None:
        """Say what became of something, in a pipe only: on a terminal the line moves on."""
        if self._tells_results:
            self.say(text)

    def clear(self) -> None:
        """Take the line away, until the next one."""
        with self._lock:
            if self._shown:
                self._put("\r" + " " * self._shown + "\r")
            self._shown, self._text, self._line = 0, "", ""

    def _tick(self) -> None:
        while not self._ended.wait(TICK):
            with self._lock:
                if self._text and not self._ended.is_set():
                    self._show()

    def _show(self) -> None:
        seconds = int(time.monotonic() - self._since)
        text = f"{self._text} · {seconds} s" if seconds else self._text
        line = harmless(text)[: width() - 1]
        if line == self._line:
            return
        self._put("\r" + line + " " * (self._shown - len(line)))
        self._line, self._shown = line, len(line)

    def _put(self, text: str) -> None:
        with suppress(OSError, ValueError):
            self._stream.write(text)
            self._stream.flush()


class Results:
    """Says what became of each scenario as soon as that is known.

    ``runs`` is how many runs each scenario has, by its name.
    """

    def __init__(self, runs: Mapping[str, int], say: Say) -> None:
        self._say = say
        self._due = dict(runs)
        self._total = sum(1 for due in runs.values() if due)
        self._finished: dict[str, list[Run]] = {}
        self._told = 0

    def __call__(self, run: Run) -> None:
        """Take a run that is judged; say what became of its scenario if this was the last one."""
        runs = self._finished.setdefault(run.scenario, [])
        runs.append(run)
        if len(runs) < self._due.get(run.scenario, 1):
            return
        self._told += 1
        over = ", ".join(
            f"{each.family.label} {each.outcome.mark} {each.holds} of {len(each.verdicts)}"
            for each in runs
        )
        place = f"[{self._told}/{self._total}]"
        self._say(f"{place} {worst(runs).mark} {run.scenario}: {over}")
