"""A program that was started on a host: wait for it, type into it, stop it, read its transcript."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Protocol

from lab.observation.transcript import Line, Transcript

STOP_GRACE = 0.5
"""Seconds that a program has between SIGTERM and SIGKILL."""

TRACE_DEADLINE = 10.0
"""Seconds that a tracer has to tell of the end of its program."""

Watcher = Callable[[Line], None]


class ProgramHost(Protocol):
    """What a program asks of its host."""

    name: str
    is_gone: bool

    @property
    def peers(self) -> tuple[ProgramHost, ...]:
        """The hosts of the same run: when one of them is gone, waiting for the others ends."""

    def ask(self, verb: str, *, within: float = ..., **arguments: Any) -> Any:
        """Have the agent do something, and return its answer; raises HostUnavailable."""

    def request(self, verb: str, **arguments: Any) -> Future[Any]:
        """Have the agent do something, and wait for nothing."""

    def answer(self, future: Future[Any], verb: str, within: float = ...) -> Any:
        """Return the answer to an earlier request; raises HostUnavailable."""

    def check(self) -> None:
        """Raise HostUnavailable where the host is gone."""


class RunningProgram:
    """A running or ended program on a host. For several threads."""

    def __init__(self, host: ProgramHost, name: str, arguments: tuple[str, ...]) -> None:
        self._host = host
        self.name = name
        self.arguments = arguments
        self._lines: list[Line] = []
        self._typed: list[Line] = []
        self._input_ended_ns: int | None = None
        self._news = threading.Condition()
        self._ended: tuple[int, int | None, str | None] | None = None
        self._is_over = False
        self.is_whole = False
        """Whether its end is that of all its processes: so for a server, which may be a daemon."""
        self.left = 0
        """How many processes it left running when it ended."""
        self.number = 0
        self.started_ns = 0
        self.stopped_for: str | None = None
        self.served = False
        self.watcher: Watcher | None = None
        self.keeps: tuple[str, ...] = ()
        self.files: dict[str, bytes] = {}
        self.untraced: str | None = None
        """Why its calls cannot be traced; empty where they are, None where nobody wants that."""
        self._trace: Future[Any] | None = None
        self.sizes: list[int] = []
        """How many bytes each of its lines took, with its end."""

    @property
    def host(self) -> str:
        """The name of its host."""
        return self._host.name

    @property
    def has_ended(self) -> bool:
        """Whether it has ended."""
        return self._is_over if self.is_whole else self._ended is not None

    def wait(self, within: float) -> bool:
        """Wait for its end; False if it still runs after ``within`` seconds.

        Raises HostUnavailable as soon as a host of the same run is gone.
        """
        return self._wait(within, self._host.peers)

    def wait_for_line(self, text: str, within: float) -> bool:
        """Wait until it has printed a line that holds ``text``; False if it does not in time."""
        looked_at, found = 0, False

        def printed() -> bool:
            nonlocal looked_at, found
            looked_at, start = len(self._lines), looked_at
            found = found or any(text in line.text for line in self._lines[start:])
            return found

        with self._news:
            self._news.wait_for(lambda: printed() or self._is_over or self._host.is_gone, within)
            return printed()

    def wait_for_prompt(self, text: str, within: float) -> bool:
        """Wait until ``text`` is the last that it has printed, on a line without an end.

        A program that asks a question prints so. False if it does not in time, or has ended.
        """
        asked = {"program": self.number, "prompt": text, "deadline": within}
        return bool(self._host.ask("wait_prompt", within=within + 10, **asked))

    def unfinished(self) -> str:
        """Return what it has printed without an end of line since it got input."""
        return str(self._host.ask("unfinished", program=self.number))

    def is_busy(self) -> bool:
        """Return whether it, or what it started, runs or waits for its turn to run."""
        return not self._is_over and bool(self._host.ask("is_busy", program=self.number))

    def write(self, text: str, *, end: bool = False) -> None:
        """Type ``text`` into it; with ``end``, close its input as well."""
        typed_ns = self._host.ask("write", program=self.number, text=text, end=end)
        if typed_ns is not None:
            self.note_typed(text, typed_ns, end=end)

    def note_typed(self, text: str, time_ns: int, *, end: bool = False) -> None:
        """Take note that it got this input at this time, and whether that was the last of it."""
        lines = (Line(time_ns, "stdin", *each) for each in _lines(text))
        with self._news:
            self._typed += lines
            if end and self._input_ended_ns is None:
                self._input_ended_ns = time_ns

    def stop(self, reason: str | None = None) -> None:
        """End it, and keep ``reason`` as what it was stopped for; without, it went on as it should.

        A program that ended by itself before was not stopped, whatever is known of its end so far.
        """
        if not self._is_over:
            if self._host.ask("stop", program=self.number, reason=reason, grace=STOP_GRACE):
                self.stopped_for = self.stopped_for or reason
                self.served = self.served or self.stopped_for is None
            self._wait(STOP_GRACE + 5, (self._host,), until=lambda: self._is_over)

    def _wait(
        self,
        within: float,
        peers: tuple[ProgramHost, ...],
        until: Callable[[], bool] | None = None,
    ) -> bool:
        is_met = until or (lambda: self.has_ended)
        with self._news:
            self._news.wait_for(lambda: is_met() or any(host.is_gone for host in peers), within)
        if not is_met():
            for host in peers:
                host.check()
        return is_met()

    def ask_trace(self) -> None:
        """Have the host send what strace(1) wrote of it, where it is traced; wait for nothing."""
        if self.untraced == "" and self._trace is None:
            asked = {"program": self.number, "deadline": TRACE_DEADLINE}
            self._trace = self._host.request("wait_calls", **asked)

    def trace(self) -> tuple[str, int] | None:
        """Return what strace(1) wrote of it, and how many lines were counted only.

        None where it is not traced.
        """
        self.ask_trace()
        if self._trace is None:
            return None
        text, counted = self._host.answer(self._trace, "wait_calls", 3 * TRACE_DEADLINE)
        return text.decode("ascii", "replace"), counted

    def transcript(self) -> Transcript:
        """Return what it has done so far."""
        with self._news:
            ended_ns, status, reason = self._ended or (time.time_ns(), None, None)
            return Transcript(
                host=self._host.name,
                program=self.name,
                arguments=self.arguments,
                lines=tuple(self._lines),
                typed=tuple(self._typed),
                input_ended_ns=self._input_ended_ns,
                exit_status=status,
                started_ns=self.started_ns,
                ended_ns=ended_ns,
                stopped_for=self.stopped_for or reason,
                served=self.served,
                files=dict(self.files),
            )

    def receive(self, message: tuple[Any, ...]) -> None:
        """Take what the agent reports on it."""
        with self._news:
            if message[0] == "line":
                _, _, time_ns, stream, text, complete, halts, size = message
                self.sizes.append(size)
                self._lines.append(Line(time_ns, stream, text, complete, halts=halts))
                if self.watcher is not None:
                    self.watcher(self._lines[-1])
            elif message[0] == "ended":
                _, _, ended_ns, status, reason, self.left = message
                self._ended = (ended_ns, status, reason)
            elif self._ended is not None:
                _, _, over_ns, reason = message
                _, status, _ = self._ended
                if self.left and self.is_whole:
                    self._ended = (over_ns, status, reason)
                self._is_over = True
            self._news.notify_all()

    def lost(self) -> None:
        """Wake up those who wait for the program: a host of the run is gone."""
        with self._news:
            self._news.notify_all()


def _lines(text: str) -> list[tuple[str, bool]]:
    """Return the lines of what is typed, and whether each has its end."""
    *whole, rest = text.replace("\r\n", "\n").split("\n")
    return [(line, True) for line in whole] + ([(rest, False)] if rest else [])
