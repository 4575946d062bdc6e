"""Cut what a program prints into lines, and a line into what stood there before it got input."""

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from collections.abc import Collection, Iterator

LINE_LIMIT = 64 * 1024

QUESTION = (b":", b"?", b">", b"#", b"$")
"""How the text before the cursor ends where a program asks for input."""

Halt = tuple[int, int]
"""When a line stood still without an end, and how many of its characters were printed by then."""

Cut = tuple[int, str, bool, tuple[Halt, ...], int]
"""A line: when its last part was printed, its text, whether it has an end, where it halted, and how
many bytes it took with its end."""


class Typing:
    """When a program got its input."""

    def __init__(self, given: str) -> None:
        """``given`` is input that it has from its start on."""
        self._times: list[int] = []
        self._given = len(given.splitlines())

    def note(self) -> int:
        """Return the time; from now on the program has more input."""
        now = time.time_ns()
        self._times.append(now)
        return now

    def is_before(self, time_ns: int) -> bool:
        """Whether the program got nothing more to read since then."""
        return not self._times or self._times[-1] < time_ns

    def parts(self, before: bytes, before_ns: int, after: bytes, after_ns: int) -> bool:
        """Tell whether the program got input between two parts of a line.

        Of input that it has from its start on, nobody sees when the program reads it. So there
        each line is taken to answer one question at most: text that looks like one.
        """
        index = bisect_left(self._times, before_ns)
        if index < len(self._times) and self._times[index] <= after_ns:
            return True
        asked = self._given > 0 and before.rstrip().endswith(QUESTION) and after[:1] != b"\n"
        self._given -= asked
        return asked


class Lines:
    """What a program prints to one stream, and what has no line end yet."""

    def __init__(self, name: str, typing: Typing) -> None:
        self.name = name
        self._typing = typing
        self._waiting = bytearray()
        self._halts: list[Halt] = []
        self._printed_ns = 0

    def waits_at(self, prompt: str) -> bool:
        """Return whether the program printed this last, without an end of line.

        A prompt counts once: what got its input is answered. An empty one stands for any text.
        """
        is_asked = bool(self._waiting) and self._typing.is_before(self._printed_ns)
        return is_asked and self._waiting.endswith(prompt.encode())

    @property
    def unfinished(self) -> str:
        """What has no end of line yet, from where the program got input in its midst."""
        text, halts = _text(bytearray(self._waiting)), list(self._halts)
        return text[halts[-1][1] :] if halts else text

    def add(self, data: bytes, stamp: int) -> Iterator[Cut]:
        """Take what was printed at this time, and yield the lines that it completes."""
        line = self._waiting
        if line and self._typing.parts(bytes(line), self._printed_ns, data, stamp):
            self._halts.append((self._printed_ns, len(_text(line))))
        line += data
        self._printed_ns = stamp
        *whole, rest = line.split(b"\n")
        for each in whole:
            yield self._cut(each, is_complete=True)
        line[:] = rest
        while len(line) > LINE_LIMIT:
            yield self._cut(line[:LINE_LIMIT], is_complete=False)
            del line[:LINE_LIMIT]

    def end(self) -> Iterator[Cut]:
        """Yield what has no line end: nothing will follow it, or what a child of it prints."""
        if self._waiting:
            yield self._cut(self._waiting, is_complete=False)
            self._waiting.clear()

    def _cut(self, line: bytearray, *, is_complete: bool) -> Cut:
        halts, self._halts = tuple(self._halts), []
        size = len(line) + is_complete
        return self._printed_ns, _text(line.removesuffix(b"\r")), is_complete, halts, size


def wait_prompt(
    streams: Collection[Lines], prompt: str, over: threading.Event, deadline: float
) -> bool:
    """Wait until a program has printed this last, without an end of line, or is over."""
    give_up = time.monotonic() + deadline
    while not any(lines.waits_at(prompt) for lines in streams):
        if over.is_set() or time.monotonic() > give_up:
            return False
        time.sleep(0.0005)
    return True


def _text(line: bytearray) -> str:
    return line.decode("utf-8", "backslashreplace")
