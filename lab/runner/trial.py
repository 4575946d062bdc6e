"""Programs that nobody has described: the lab sees where the server listens, and lets clients talk.

A server that goes on serving is stopped at the end, and so is a program that waits for somebody to
type: neither has done anything wrong.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lab.runner.pace import LISTEN_DEADLINE
from lab.runner.stage import Stage, StageHost
from lab.runner.stage_program import StageProgram
from lab.scenario.program import Program
from lab.wire.address import Service

SETTLED = 0.1
"""Seconds after which a server that listens has opened all its sockets."""

QUIET = 2.0
"""Seconds without a word after which a program that has got all its input waits for more."""

UNASKED = 0.5
"""Seconds without a word after which a line is typed into a program that shows no prompt."""

LEAVING = 1.0
"""Seconds that a server has to end by itself after the last client."""


@dataclass(frozen=True)
class Part:
    """One program of a trial, and the lines that are typed into it, one at each prompt."""

    program: Program
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trial:
    """A server, and the clients that call it.

    ``port`` in an argument of a client, in braces, is where the server listens. ``deadline`` is
    what the clients may take together, in seconds.
    """

    server: Part
    clients: tuple[Part, ...]
    deadline: float

    def play(self, stage: Stage) -> None:
        """Play it on the hosts *server* and *client*: these are the steps of a scenario."""
        server = _Player(stage.host("server"), self.server)
        if not server.started.program.listens_on:
            self._find(stage, server)
        if server.started.stopped_for or server.started.unkept:
            return
        found = server.started.program.listens_on
        port = str(found[0].port) if found else ""
        clients = [_Player(stage.host("client"), _called(part, port)) for part in self.clients]
        give_up = time.monotonic() + self.deadline
        stage.pace.until(lambda: _are_done(clients, server), self.deadline)
        for each in clients:
            each.finish(max(0.0, give_up - time.monotonic()), self.deadline, stage.remarks)
        server.started.wait(LEAVING, required=False)
        if server.started.has_ended:
            server.started.running.wait(LEAVING)
        else:
            server.started.stop()

    def _find(self, stage: Stage, server: _Player) -> None:
        """Wait until the server listens on anything, and note what that is."""
        seen: tuple[Service, ...] = ()
        since = time.monotonic()

        def is_settled() -> bool:
            nonlocal seen, since
            server.type_what_is_asked_for()
            now = tuple(_services(stage.host("server")))
            if now != seen:
                seen, since = now, time.monotonic()
            return server.started.has_ended or (bool(seen) and time.monotonic() - since >= SETTLED)

        settled = stage.pace.until(is_settled, LISTEN_DEADLINE)
        started = server.started
        if started.has_ended:
            started.running.wait(LEAVING)
            started.unkept = "it ended before any client was started"
        elif not settled and not seen:
            started.stop(f"it listened on no port within {LISTEN_DEADLINE:g} s, so it was stopped")
        started.program = started.program.promising(seen)


class _Player:
    """A program that was started, and what is still to be typed into it."""

    def __init__(self, host: StageHost, part: Part) -> None:
        self.started: StageProgram = host.start(part.program, interactive=bool(part.lines))
        self._host = host
        self._lines = list(part.lines)
        self._is_typed = bool(part.lines)
        self._news = 0
        self._since = time.monotonic()

    @property
    def is_done(self) -> bool:
        """Whether it has ended, or waits for somebody to type."""
        return self.started.has_ended or (self._is_typed and not self._lines and self._is_quiet())

    def type_what_is_asked_for(self) -> None:
        """Type the next line where the program asks for it, or waits in silence."""
        if not self._lines or self.started.has_ended:
            return
        if self._asks() or self._is_quiet(UNASKED):
            self.started.write(f"{self._lines.pop(0)}\n")
            self._since = time.monotonic()

    def finish(self, within: float, deadline: float, remarks: list[str]) -> None:
        """Wait for its end: stop it where it waits for somebody to type, or takes too long."""
        started = self.started
        if not started.has_ended and self.is_done and self._asks():
            remarks.append(f"{started.program.file} waited for more to be typed: it was stopped")
            started.stop()
        elif self._is_typed:
            started.write("", end=True)
        if not started.running.wait(within):
            started.stop(f"it had not ended after {deadline:g} s, so it was stopped")
        self._host.take_files(started)

    def _asks(self) -> bool:
        """Whether it has printed something without a line end since it got its last input."""
        return self.started.running.wait_for_prompt("", 0)

    def _is_quiet(self, seconds: float = QUIET) -> bool:
        news = len(self.started.transcript().lines)
        if news != self._news:
            self._news, self._since = news, time.monotonic()
        return time.monotonic() - self._since > seconds


def _are_done(clients: Sequence[_Player], server: _Player) -> bool:
    for each in (server, *clients):
        each.type_what_is_asked_for()
    return all(each.is_done for each in clients)


def _called(part: Part, port: str) -> Part:
    words = [word.replace("{port}", port) for word in part.program.command]
    return Part(part.program.replaced_words(words), part.lines)


def _services(host: StageHost) -> Iterable[Service]:
    """Return what a host listens on, TCP before UDP."""
    waiting = [
        each
        for each in host.sockets()
        if (each.state == "LISTEN" if each.protocol == "tcp" else each.remote is None)
    ]
    found = {(each.protocol, each.local.port) for each in waiting if each.local.port}
    return [
        Service(port, "tcp" if protocol == "tcp" else "udp") for protocol, port in sorted(found)
    ]
