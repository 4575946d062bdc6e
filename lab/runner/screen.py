"""A screen that nobody sees, for the windows of one program: its keyboard, and its picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.errors import CouldNotJudge
from lab.hosts.host import Host
from lab.runner.run_folder import FOLDER

if TYPE_CHECKING:
    from lab.hosts.process import RunningProgram

PICTURE = "screen.png"
"""What the picture is called among the files that a program keeps."""

READY = "display "
"""What it says before the number of its display, once programs can use that."""

WINDOW = "window"
"""What it says once something stands on it."""

WINDOW_WITHIN = 10.0
"""Seconds that a program may take to open a window, where a line is to be typed into it."""

BEGIN_WITHIN = 20.0
"""Seconds that a screen may take until programs can use it."""

TYPING = "typing {}"
"""What it says before it types the line with that number."""

TYPED = "typed {}"
"""What it says when programs have got so many lines."""

TYPE_WITHIN = 10.0
"""Seconds that it may take to type a line."""

KEPT = "kept"
"""What it says when its picture is kept."""

KEEP_WITHIN = 10.0
"""Seconds that it may take to keep its picture."""


class Screen:
    """A running screen on a host, for one program; the same user has both."""

    def __init__(self, host: Host, running: RunningProgram, number: int) -> None:
        """Know a screen by the program that holds it, and by its number on its host."""
        self._host, self._running = host, running
        self._file = f".screen-{number}.png"
        self._is_kept = False
        self._typed = 0
        self.picture: bytes | None = None
        """What stood on it last, as PNG, once it is kept; None where nothing ever did."""

    @classmethod
    def open(cls, host: Host, number: int) -> Screen:
        """Open a screen on a host, and wait until programs can use it; raises CouldNotJudge."""
        file = f"{FOLDER}/.screen-{number}.png"
        running = host.start(["socketlab-screen", file], folder=FOLDER, stdin="", interactive=True)
        opened = cls(host, running, number)
        if running.wait_for_line(READY, BEGIN_WITHIN):
            return opened
        running.stop()
        said = [line.text for line in running.transcript().lines]
        raise CouldNotJudge(
            f"opening a screen on host {host.name}",
            said[-1] if said else f"it was not there within {BEGIN_WITHIN:g} s",
            f"lab exec {host.name} -- socketlab-screen /tmp/screen.png",
        )

    @property
    def environment(self) -> dict[str, str]:
        """What tells programs of the screen."""
        said = (line.text.partition(READY)[2] for line in self._running.transcript().lines)
        return {"DISPLAY": f":{next(filter(None, said), '')}"}

    def wait_for_window(self, within: float = 0.0) -> bool:
        """Wait until something stands on it, or has stood there; return whether."""
        return self._running.wait_for_line(WINDOW, within)

    def type(self, text: str) -> int:
        """Type lines on its keyboard, and wait until the uppermost window has got them.

        Returns when that began, in ns since the epoch by the host's clock.
        """
        first = TYPING.format(self._typed + 1)
        self._running.write(text)
        self._typed += text.count("\n")
        self._running.wait_for_line(TYPED.format(self._typed), TYPE_WITHIN * text.count("\n"))
        said = self._running.transcript()
        began = (line.time_ns for line in said.lines if line.text == first)
        return next(began, said.typed[-1].time_ns)

    def keep(self) -> None:
        """Keep its picture, as it is now, or as it was before its program closed its windows."""
        if self._is_kept:
            return
        self._is_kept = True
        self._running.write("", end=True)
        self._running.wait_for_line(KEPT, KEEP_WITHIN)
        self.picture = self._host.take(FOLDER, self._file)[1]

    def shut(self) -> None:
        """End it; its program has ended."""
        self.keep()
        self._running.stop()
