"""A person at a terminal says who moves, looks back, runs on and leaves."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from lab_clone import Clone

WITHIN = 120


class Terminal:
    """A terminal in which a command runs, and what it has written there."""

    def __init__(self, clone: Clone, *words: str) -> None:
        self._typed, inside = pty.openpty()
        self.written = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lab", *words],
            cwd=clone.root,
            env={**clone.environment, "TERM": "xterm", "LINES": "40", "COLUMNS": "120"},
            stdin=inside,
            stdout=inside,
            stderr=inside,
            start_new_session=True,
        )
        os.close(inside)

    def types(self, keys: str, shows: str) -> None:
        """Type keys, and wait until something new shows this."""
        begun = len(self.written)
        os.write(self._typed, keys.encode())
        self.awaits(shows, begun)

    def awaits(self, shows: str, begun: int = 0) -> None:
        """Wait until this has been written."""
        give_up = time.monotonic() + WITHIN
        while shows not in self.written[begun:]:
            assert time.monotonic() < give_up, f"{shows!r} is not in {self.written[begun:]}"
            assert self._reads(), f"it ended: {self.written[begun:]}"

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
            return bool(data)
        return self.process.poll() is None


@pytest.fixture
def stepping(this_lab: Clone) -> Iterator[Callable[..., Terminal]]:
    """Give what steps a scenario in a terminal."""
    opened: list[Terminal] = []

    def step(*words: str) -> Terminal:
        opened.append(Terminal(this_lab, "step", *words))
        opened[-1].awaits("step 0 of 0")
        return opened[-1]

    yield step
    for terminal in opened:
        terminal.close()


def test_keys_say_who_moves_look_back_and_run_on_to_the_end(
    stepping: Callable[..., Terminal],
) -> None:
    terminal = stepping("tcp_connect", "--ipv4")
    terminal.types("s", "step 1 of 1")
    terminal.types("c", "step 2 of 2")
    terminal.types("b", "step 1 of 2  (looking back")
    terminal.types(" ", "step 2 of 2")
    terminal.types(" ", "step 3 of 3")
    terminal.types("r", "The end: ")
    terminal.types("b", "looking back")
    terminal.types("q", "Result: ")
    assert terminal.ends() == 0


def test_whoever_quits_has_left_and_what_she_saw_is_kept(
    stepping: Callable[..., Terminal], this_lab: Clone
) -> None:
    kept = this_lab.root / "out" / "tcp_connect" / "step" / "steps.json"
    kept.unlink(missing_ok=True)
    terminal = stepping("tcp_connect", "--ipv4")
    terminal.types("s", "step 1 of 1")
    terminal.types("q", "Result: you left before the programs had ended")
    terminal.ends()
    assert kept.exists()
