"""What one program did: each line it printed with its time, and how it ended."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from lab.errors import NotObserved
from lab.wire.address import Service

if TYPE_CHECKING:
    from lab.observation.png import Png

Stream = Literal["stdout", "stderr"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line that a program printed, without its line end; ``time_ns`` is epoch nanoseconds.

    ``complete`` is False for a last line that no newline ended. ``source`` is the line of the
    program's source that printed it, counted from 1, where that is certain
    (:mod:`lab.observation.source_lines.trace`).
    """

    time_ns: int
    stream: Stream
    text: str
    complete: bool = True
    source: int | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    """One program's stdout, stderr and exit status, with times in epoch nanoseconds.

    ``exit_status`` is negative for a signal (as in :mod:`subprocess`) and None while unknown.
    ``stopped_for`` says why the lab ended the program, where it did: a whole clause such as
    ``"it had not ended 5 s after the client"``; ``served`` is True where being stopped by the lab
    is what the scenario says should happen (a server that goes on serving). ``files`` are those
    that it left, by name, of those that the scenario says it leaves. ``name`` is what the scenario
    calls it, where it says so; ``listens_on`` is what the scenario says that it listens on.
    """

    host: str
    program: str
    arguments: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    exit_status: int | None = None
    started_ns: int = 0
    ended_ns: int = 0
    stopped_for: str | None = None
    served: bool = False
    files: Mapping[str, bytes] = field(default_factory=dict, hash=False)
    name: str = ""
    listens_on: tuple[Service, ...] = ()

    @property
    def stdout(self) -> list[str]:
        """The lines of standard output, in order."""
        return [line.text for line in self.lines if line.stream == "stdout"]

    @property
    def stderr(self) -> list[str]:
        """The lines of standard error, in order."""
        return [line.text for line in self.lines if line.stream == "stderr"]

    def findall(self, pattern: str) -> list[tuple[str, ...]]:
        """Return the groups of each line, of either stream, in which a pattern is found.

        The pattern is one of :mod:`re`. Without groups, the whole of what it found is the only one.
        """
        found = [match for line in self.lines if (match := re.search(pattern, line.text))]
        return [match.groups() or (match[0],) for match in found]

    def picture(self, name: str) -> Png:
        """Return the picture in a file that the program left.

        Raises NotObserved where it left no such file, or no whole PNG picture in it.
        """
        from lab.observation import png  # noqa: PLC0415 - few programs leave pictures

        if name not in self.files:
            left = ", ".join(self.files) or "no file"
            raise NotObserved(f"{self.program} on {self.host} left {left}, but not {name}")
        try:
            return png.read(self.files[name])
        except ValueError as error:
            raise NotObserved(f"{name} of {self.program} on {self.host}: {error}") from error

    @property
    def duration(self) -> float:
        """How long the program ran, in seconds."""
        return (self.ended_ns - self.started_ns) / 1e9

    @property
    def error(self) -> str | None:
        """The last line of a Python traceback on stderr, such as ``ConnectionRefusedError: …``."""
        lines = self.stderr
        if any(line.startswith("Traceback (most recent call last)") for line in lines):
            return next((line for line in reversed(lines) if line and line[0] != " "), None)
        return None

    @property
    def failure(self) -> str | None:
        """What the program did that no program should, as a clause, or None."""
        if self.stopped_for is not None and not self.served:
            return self.stopped_for
        return None
