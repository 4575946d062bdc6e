"""A terminal (pty(7)) in which a command of the lab runs, for tests that type into it."""

from __future__ import annotations

import os
import pty
import select
import shlex
import subprocess
import sys
import termios
import time
from collections.abc import Sequence

import pyte
from lab_clone import Clone

WITHIN = 120

LINES, COLUMNS = 40, 120
SIZE = {"LINES": str(LINES), "COLUMNS": str(COLUMNS)}


class Terminal:
    """A terminal in which a command runs, and what it has written there."""

    def __init__(self, clone: Clone, *words: str, before: Sequence[str] = ()) -> None:
        """``before`` is a command that has a shell run it, as ssh does on another machine."""
        self._typed, inside = pty.openpty()
        termios.tcsetwinsize(inside, (LINES, COLUMNS))
        self.written = ""
        self._screen = pyte.Screen(COLUMNS, LINES)
        self._shown = pyte.ByteStream(self._screen)
        argv = [sys.executable, "-m", "lab", *words]
        if before:
            there = f"cd {clone.root} && PYTHONPATH={clone.root} {shlex.join(argv)}"
            argv = [*before, there]
        self.process = subprocess.Popen(
            argv,
            cwd=clone.root,
            env={
                **clone.environment,
                "TERM": "xterm",
                "LINES": str(LINES),
                "COLUMNS": str(COLUMNS),
            },
            stdin=inside,
            stdout=inside,
            stderr=inside,
            start_new_session=True,
        )
        os.close(inside)

    def presses(self, keys: str) -> None:
        """Type keys."""
        os.write(self._typed, keys.encode())

    def types(self, keys: str, shows: str) -> None:
        """Type keys, and wait until something new shows this."""
        begun = len(self.written)
        self.presses(keys)
        self.awaits(shows, begun)

    def awaits(self, shows: str, begun: int = 0) -> None:
        """Wait until this has been written."""
        give_up = time.monotonic() + WITHIN
        while shows not in self.written[begun:]:
            assert time.monotonic() < give_up, f"{shows!r} is not in {self.written[begun:]}"
            assert self._reads(), f"it ended: {self.written[begun:]}"

    def sees(self, *several: str) -> None:
        """Wait until the screen shows all of this at once."""
        give_up = time.monotonic() + WITHIN
        while not all(any(each in row for row in self._screen.display) for each in several):
            rows = "\n".join(filter(str.strip, self._screen.display))
            assert time.monotonic() < give_up, f"{several} is not on the screen:\n{rows}"
            assert self._reads(), f"it ended:\n{rows}"

    def ends(self) -> int:
        """Wait for the end of the command, and return its status."""
        while self._reads():
            pass
        return self.process.wait(WITHIN)

    def close(self) -> None:
        """End whatever still runs."""
        self.process.kill()
        self.process.wait()
        os.close(self._typed)

    def _reads(self) -> bool:
        if select.select([self._typed], [], [], 1)[0]:
            try:
                data = os.read(self._typed, 65536)
            except OSError:  # EIO: nobody has the other end any more
                return False
            self.written += data.decode(errors="replace")
            self._shown.feed(data)
            return bool(data)
        return self.process.poll() is None
