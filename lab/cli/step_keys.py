"""The interactive view of ``lab step``: keys in, one screen out, over any terminal and ssh."""

from __future__ import annotations

import os
import select
import shutil
import sys
import termios
import tty
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from lab.observation.steps.walk import Lane, Stepped, Walk
from lab.runner.step.order import order
from lab.story.steps.screen import screen
from lab.story.steps.telling import where, who

ESCAPE_TIME = 0.1
"""Seconds within which the rest of a key comes that begins with an escape, over ssh as well."""

ROLES = {"s": "server", "c": "client"}


class Reader:
    """Shows a walk, and has its reader choose who moves."""

    def __init__(self, color: bool) -> None:
        self._color = color
        self._walk: Walk | None = None
        self._at = 0
        self._runs_on = False
        self._message = ""
        self._moves = 0
        self._moved: dict[tuple[int, int], int] = {}
        self._whoever = order("server")

    def watch(self, walk: Walk) -> None:
        """Show what was stepped so far."""
        self._walk, self._at = walk, len(walk.steps) - 1
        self.draw()

    def draw(self) -> None:
        """Draw the screen anew."""
        if self._walk is None or not self._walk.steps:
            return
        size = shutil.get_terminal_size((80, 24))
        lines = screen(
            self._walk,
            self._at,
            size.columns,
            size.lines,
            message=self._message,
            color=self._color,
        )
        sys.stdout.write("\x1b[H" + "\r\n".join(f"{line}\x1b[K" for line in lines))
        sys.stdout.flush()

    def choose(self, lanes: Sequence[Lane], programs: Sequence[Stepped]) -> Lane | None:
        """Return the lane that the reader wants to move; None where she leaves."""
        if self._runs_on and not _is_typed():
            return self._taken(self._next(lanes, programs))
        self._runs_on = False
        while True:
            key = self._key()
            if key == "q":
                return None
            if key == "r":
                self._runs_on = True
            if key in (" ", "r"):
                return self._taken(self._next(lanes, programs))
            if key in ROLES:
                found = [lane for lane in lanes if programs[lane.program].role == ROLES[key]]
                if found:
                    return self._taken(min(found, key=self._age))
                self._message = self._cannot(ROLES[key])
                self.draw()

    def look_back(self) -> None:
        """Have the reader look at the steps of a walk that has ended."""
        while self._key() not in ("q", "r"):
            self._message = ""
            self.draw()

    def _key(self) -> str:
        """Return the next key that is not about which step is looked at."""
        while True:
            key = _read()
            last = len(self._walk.steps) - 1 if self._walk else 0
            if key in ("b", "left") and self._at > 0:
                self._at -= 1
            elif key in (" ", "right") and self._at < last:
                self._at += 1
            elif key not in ("b", "left", "right"):
                return key
            self._message = ""
            self.draw()

    def _next(self, lanes: Sequence[Lane], programs: Sequence[Stepped]) -> Lane:
        """Return whoever can move; time passes only where nobody else can."""
        standing = [lane for lane in lanes if lane.status == "stands"]
        chosen = self._whoever(standing or lanes, programs)
        return chosen or lanes[0]

    def _taken(self, lane: Lane) -> Lane:
        self._moves += 1
        self._moved[lane.program, lane.number] = self._moves
        self._message = ""
        return lane

    def _age(self, lane: Lane) -> int:
        return self._moved.get((lane.program, lane.number), -1)

    def _cannot(self, role: str) -> str:
        """Say why no program of a role can move."""
        walk = self._walk
        assert walk is not None  # noqa: S101 - a walk is shown before anybody chooses
        told = [
            f"{who(walk, lane)} {where(lane)}"
            for lane in walk.steps[-1].lanes
            if walk.programs[lane.program].role == role
        ]
        return f"No {role} can move: {'; '.join(told) or 'there is none'}"


@contextmanager
def whole_screen() -> Iterator[None]:
    """Take the terminal: keys come one by one, and what stood there is back at the end."""
    before = termios.tcgetattr(sys.stdin)
    sys.stdout.write("\x1b[?1049h\x1b[?25l\x1b[2J")
    try:
        tty.setcbreak(sys.stdin)
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
        sys.stdout.write("\x1b[?25h\x1b[?1049l")
        sys.stdout.flush()


def _read() -> str:
    """Return a key; ``left`` and ``right`` for arrows, ``q`` where the terminal is gone."""
    terminal = sys.stdin.fileno()
    data = os.read(terminal, 1)
    if data == b"\x1b" and _is_typed(ESCAPE_TIME):
        data += os.read(terminal, 2)
    arrows = {b"\x1b[D": "left", b"\x1b[C": "right", b"\x1bOD": "left", b"\x1bOC": "right"}
    return arrows.get(data, data[:1].decode("ascii", "ignore")) if data else "q"


def _is_typed(within: float = 0) -> bool:
    return bool(select.select([sys.stdin], [], [], within)[0])
