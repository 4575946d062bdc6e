"""A program that was started on a host: waited for, typed into, stopped, and what it did told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

from lab.observation.transcript import Line, Transcript

STOP_GRACE = 0.5
"""Seconds that a program has between SIGTERM and SIGKILL."""

Watcher = Callable[[Line], None]


class ProgramHost(Protocol):
    """The little of a host that a program on it needs."""

    name: str
    is_gone: bool

    @property
    def peers(self) -> tuple[ProgramHost, ...]:
        """The hosts that play together: where one is gone, nobody waits for the others."""

    def ask(self, verb: str, *, within: float = ..., **arguments: Any) -> Any:
        """Have the agent do something, and return its answer; raises HostUnavailable."""

    def check(self) -> None:
        """Raise HostUnavailable where the host is gone."""


class RunningProgram:
    """A program that was started: wait for it, type into it, stop it, read its transcript."""

    def __init__(self, host: ProgramHost, name: str, arguments: tuple[str, ...]) -> None:
        self._host = host
        self.name = name
        self.arguments = arguments
        self._lines: list[Line] = []
        self._news = threading.Condition()
        self._ended: tuple[int, int | None, str | None] | None = None
        self.number = 0
        self.started_ns = 0
        self.stopped_for: str | None = None
        self.served = False
        self.watcher: Watcher | None = None
        self.keeps: tuple[str, ...] = ()
        self.files: dict[str, bytes] = {}

    @property
    def has_ended(self) -> bool:
        """Whether it is over."""
        return self._ended is not None

    def wait(self, within: float) -> bool:
        """Wait for its end; False if it still runs after ``within`` seconds.

        Raises HostUnavailable as soon as a host of the same run is gone.
        """
        return self._wait(within, self._host.peers)

    def wait_for_line(self, text: str, within: float) -> bool:
        """Wait until it has printed a line that holds ``text``; False if it does not in time."""

        def printed() -> bool:
            return any(text in line.text for line in self._lines)

        with self._news:
            self._news.wait_for(
                lambda: printed() or self._ended is not None or self._host.is_gone, within
            )
            return printed()

    def wait_for_prompt(self, text: str, within: float) -> bool:
        """Wait until ``text`` is the last that it has printed, on a line without an end.

        So does a program that waits for an answer. False if it does not in time, or has ended.
        """
        return bool(
            self._host.ask(
                "wait_prompt",
                within=within + 10,
                program=self.number,
                prompt=text,
                deadline=within,
            )
        )

    def write(self, text: str, *, end: bool = False) -> None:
        """Type ``text`` into it, and close its input where ``end`` says so."""
        self._host.ask("write", program=self.number, text=text, end=end)

    def stop(self, reason: str | None = None) -> None:
        """End it; ``reason`` is kept as what it was stopped for."""
        if not self.has_ended:
            self.stopped_for = self.stopped_for or reason
            self._host.ask("stop", program=self.number, reason=reason, grace=STOP_GRACE)
            self._wait(STOP_GRACE + 5, (self._host,))

    def _wait(self, within: float, peers: tuple[ProgramHost, ...]) -> bool:
        with self._news:
            self._news.wait_for(
                lambda: self.has_ended or any(host.is_gone for host in peers), within
            )
        if not self.has_ended:
            for host in peers:
                host.check()
        return self.has_ended

    def transcript(self) -> Transcript:
        """Return what it has done so far."""
        with self._news:
            ended_ns, status, reason = self._ended or (time.time_ns(), None, None)
            return Transcript(
                host=self._host.name,
                program=self.name,
                arguments=self.arguments,
                lines=tuple(self._lines),
                exit_status=status,
                started_ns=self.started_ns,
                ended_ns=ended_ns,
                stopped_for=self.stopped_for or reason,
                served=self.served,
                files=dict(self.files),
            )

    def receive(self, message: tuple[Any, ...]) -> None:
        """Take what the agent reports of it."""
        with self._news:
            if message[0] == "line":
                _, _, time_ns, stream, text, complete = message
                self._lines.append(Line(time_ns, stream, text, complete))
                if self.watcher is not None:
                    self.watcher(self._lines[-1])
            else:
                _, _, ended_ns, status, reason = message
                self._ended = (ended_ns, status, reason)
            self._news.notify_all()

    def lost(self) -> None:
        """Learn that a host of the run is gone: who waits for the program may wait in vain."""
        with self._news:
            self._news.notify_all()
