"""What one program did: each line it printed with its time, and how it ended."""

from __future__ import annotations

import re
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from lab.errors import CouldNotJudge, NotObserved
from lab.observation.calls.call import Call
from lab.wire.address import Service
from lab.wire.question import question

if TYPE_CHECKING:
    from lab.observation.png import Png
    from lab.wire.conversation import Conversation

Stream = Literal["stdout", "stderr", "stdin"]

Fails = bool | int | str
"""How a scenario says that a program fails: not at all, in any way, with this exit status, by the
signal or the exception of this name."""

MOST_WORDS = 200
"""Characters of a failed program's last words that are repeated."""

_TRACEBACK = "Traceback (most recent call last)"


@dataclass(frozen=True, slots=True)
class Line:
    """One line that a program printed, or that was typed into it (``stdin``), without its line end.

    ``time_ns`` is epoch nanoseconds; where a line was printed bit by bit, those of its last bit.
    ``complete`` is False for a last line that no newline ended. ``source`` is the line of the
    program's source that printed it, counted from 1, where that is certain
    (:mod:`lab.observation.source_lines.trace`). ``halts`` are the places where the program stood
    in the midst of the line until it got input: how many characters it had printed, and when.
    ``late`` says that the line may have been printed earlier: its time is when the lab read it,
    since the program could not be traced.
    """

    time_ns: int
    stream: Stream
    text: str
    complete: bool = True
    source: int | None = None
    halts: tuple[tuple[int, int], ...] = field(default=(), repr=False)
    late: bool = False

    @property
    def pieces(self) -> list[tuple[int, str]]:
        """What was printed between one input and the next, each with its time."""
        ends = [*self.halts, (self.time_ns, len(self.text))]
        starts = [0, *(end for _, end in self.halts)]
        cut = zip(starts, ends, strict=True)
        pieces = [(time_ns, self.text[start:end]) for start, (time_ns, end) in cut]
        return [piece for piece in pieces if piece[1]] or pieces[:1]


def _is_of(call: Call, what: Service | Conversation) -> bool:
    if isinstance(what, Service):
        return call.socket is not None and call.socket.serves(what)
    return call.conversation == what.ends


def _matching(by: Transcript, pattern: str) -> str:
    return f"of {by.program} on {by.host} with {pattern!r}"


def calls_asked(program: str, host: str, *names: str) -> str:
    """Say whose calls are asked for."""
    return f"{' or '.join(names)} of {program} on {host}".strip()


@dataclass(frozen=True, slots=True)
class Transcript:
    """One program's stdout, stderr and exit status, with times in epoch nanoseconds.

    ``exit_status`` is negative for a signal (as in :mod:`subprocess`) and None while unknown.
    ``stopped_for`` says why the lab ended the program, where it did: a whole clause such as
    ``"it had not ended 5 s after the client"``; ``served`` is True where being stopped by the lab
    is what the scenario says should happen (a server that goes on serving). Where it is neither,
    the program ended by itself. ``listens_on`` is what the scenario says that it listens on, and
    ``unkept`` that promise where it broke it by its end, as a clause. ``fails`` says how the
    scenario says that it fails. ``files`` are those that it left, by name, of those that the
    scenario says it leaves. ``name`` is what the scenario calls it, where it says so. ``typed`` is
    the input that it got, line by line with times; what it has from its start on is typed then.
    ``made`` are its system calls where it was ``traced``; ``untraced`` says why it was not,
    where it should have been.
    ``input_ended_ns`` is when that input ended, as by Ctrl-D at a terminal.
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
    unkept: str | None = None
    fails: Fails = False
    files: Mapping[str, bytes] = field(default_factory=dict, hash=False)
    name: str = ""
    listens_on: tuple[Service, ...] = ()
    typed: tuple[Line, ...] = ()
    made: tuple[Call, ...] = field(default=(), repr=False)
    traced: bool = False
    untraced: str = ""
    input_ended_ns: int | None = None

    @property
    @question("line", "printed by {self.program} on {self.host}")
    def stdout(self) -> list[str]:
        """The lines of standard output, in order."""
        return [line.text for line in self.lines if line.stream == "stdout"]

    @property
    @question("line", "printed to stderr by {self.program} on {self.host}")
    def stderr(self) -> list[str]:
        """The lines of standard error, in order."""
        return [line.text for line in self.lines if line.stream == "stderr"]

    @question("call", lambda self, *names, of=None: calls_asked(self.program, self.host, *names))
    def calls(self, *names: str, of: Service | Conversation | None = None) -> list[Call]:
        """Return the system calls of these names, all if none is named, in the order of time.

        ``of`` leaves those on sockets of one service, or of one conversation. Raises NotObserved
        where the scenario has the program run untraced, and CouldNotJudge where the host could not
        trace it.
        """
        whose = f"{self.program} on {self.host}"
        if self.untraced:
            asking = f"asking for the calls of {whose}"
            raise CouldNotJudge(asking, self.untraced, "an engine that allows ptrace(2)")
        if not self.traced:
            raise NotObserved(f"the scenario has {whose} run untraced: see Program(…, traced=True)")
        return [
            call
            for call in self.made
            if not names or call.name in names
            if of is None or _is_of(call, of)
        ]

    @question("line", _matching)
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
    @question()
    def error(self) -> str | None:
        """The exception of the last Python traceback on stderr: ``ConnectionRefusedError: …``."""
        lines = self.stderr
        begins = [number for number, line in enumerate(lines) if line.startswith(_TRACEBACK)]
        within = lines[begins[-1] + 1 :] if begins else []
        return next((line for line in within if line and line[0] != " "), None)

    @property
    def ended_by(self) -> str:
        """What ended it, where it was not the lab: ``exit status 3``, ``SIGSEGV``; else nothing."""
        status = self.exit_status
        if status is None or self.served or self.stopped_for is not None:
            return ""
        return f"exit status {status}" if status >= 0 else _signal(-status)

    @property
    def failed(self) -> bool:
        """Whether it failed by itself: by a status other than 0, a signal, or an exception.

        An exception that ended one of its threads leaves its status 0, but is printed all the same.
        """
        return bool(self.ended_by and self.exit_status) or self.error is not None

    @property
    def failure(self) -> str | None:
        """What the program did that it should not have done, as a clause, or None."""
        if self.stopped_for is not None and not self.served:
            return self.stopped_for
        if self.unkept is None and self._fails_as_said:
            return None
        if self.unkept is not None or self.fails is False:
            return self._end
        says = "that it fails" if self.fails is True else f"that it fails with {self._said}"
        return f"{self._end}; the scenario says {says}"

    @property
    def _said(self) -> str:
        return f"exit status {self.fails}" if isinstance(self.fails, int) else self.fails

    @property
    def _fails_as_said(self) -> bool:
        """Whether it ended as the scenario says, or has not ended."""
        if self.exit_status is None and not self.failed:
            return True
        if isinstance(self.fails, bool):
            return self.failed == self.fails
        exception = (self.error or "").partition(":")[0]
        return self._said in (self.ended_by, exception, exception.rpartition(".")[2])

    @property
    def _end(self) -> str:
        """How it ended by itself, as a clause, with its last words where it failed."""
        status, cause = self.exit_status, ""
        if self.ended_by and status:
            cause = f"with {self.ended_by}" if status > 0 else f"by signal {self.ended_by}"
        if self.unkept is not None:
            told = f"{self.unkept}, {cause}" if cause else self.unkept
        elif cause:
            told = f"it ended {cause}"
        else:
            told = "it printed the traceback of an exception" if self.failed else "it did not fail"
        words = self.error or next((line for line in reversed(self.stderr) if line.strip()), "")
        return f"{told}: {words.strip()[:MOST_WORDS]}" if self.failed and words else told


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)
