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
"""Seconds of rest after which a program that shows a prompt waits for more to be typed."""

SILENT = 5.0
"""The same for one that shows no prompt; it may wait for something else."""

AT_WORK = 15.0
"""Seconds without a word after which one at work counts as resting: it may ask in a loop."""

APART = 0.5
"""Seconds of rest after which the next client starts, where this one says and opens nothing."""

UNASKED = 0.5
"""Seconds of rest after which a line is typed into a program that shows no prompt."""

LOOKS_APART = 0.02
"""Seconds between two looks at whether a program is at work."""

LEAVING = 1.0
"""Seconds that a server has to end by itself after the last client."""


@dataclass(frozen=True)
class Part:
    """One program of a tryout, and the lines that are typed into it, one at each prompt."""

    program: Program
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tryout:
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
        clients: list[_Player] = []
        for part in self.clients:
            clients.append(_Player(stage.host("client"), _called(part, port)))
            if part is not self.clients[-1]:
                stage.pace.until(clients[-1].has_begun, self.deadline)
        give_up = time.monotonic() + self.deadline
        stage.pace.until(lambda: _are_done(clients, server), self.deadline)
        for each in [each for each in clients if each.is_idle]:
            stage.remarks.append(each.leave())
        for each in clients:
            each.finish(max(0.0, give_up - time.monotonic()), self.deadline)
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
            server.look()
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
        self._sockets = len(host.sockets())
        self.started: StageProgram = host.start(part.program, interactive=bool(part.lines))
        self._host = host
        self._lines = list(part.lines)
        self._is_typed = bool(part.lines)
        self._news = 0
        self._heard = self._since = self._looked = time.monotonic()

    def look(self) -> None:
        """See what it has said, and type the next line where it asks, or waits in silence."""
        now, news = time.monotonic(), len(self.started.transcript().lines)
        if news != self._news:
            self._news, self._heard, self._since = news, now, now
        elif now - self._looked > LOOKS_APART and now - self._heard < AT_WORK:
            # One that has not begun to wait is silent as well, on a machine with much to do.
            self._looked, self._since = now, now if self.started.running.is_busy() else self._since
        if self._lines and not self.started.has_ended and (self._rest > UNASKED or self._asks()):
            self.started.write(f"{self._lines.pop(0)}\n")
            self._heard = self._since = time.monotonic()

    @property
    def is_idle(self) -> bool:
        """Whether all is typed, and it seems to wait for more."""
        if not self._is_typed or self._lines or self.started.has_ended or self._rest < QUIET:
            return False
        return self._rest > SILENT or self._asks()

    def has_begun(self) -> bool:
        """Whether it has ended, printed, opened a socket or come to rest: then comes the next."""
        self.look()
        is_connected = len(self._host.sockets()) > self._sockets
        is_heard = is_connected or self._news > 0 or self._asks()
        return self.started.has_ended or is_heard or self._rest > APART

    def leave(self) -> str:
        """Stop it while it waits for somebody to type; return what is to be told of that."""
        self.started.stop()
        return f"{self.started.program.name} had got all its input and went on: it was stopped"

    def finish(self, within: float, deadline: float) -> None:
        """Wait for its end, and stop it where it takes too long."""
        if not self.started.running.wait(within):
            self.started.stop(f"it had not ended after {deadline:g} s, so it was stopped")
        self._host.take_files(self.started)

    @property
    def _rest(self) -> float:
        """The seconds since anything was heard of it or typed into it, or it was at work."""
        return time.monotonic() - self._since

    def _asks(self) -> bool:
        """Whether it has printed something without a line end since it got its last input."""
        return self.started.running.wait_for_prompt("", 0)


def _are_done(clients: Sequence[_Player], server: _Player) -> bool:
    for each in (server, *clients):
        each.look()
    return all(each.started.has_ended or each.is_idle for each in clients)


def _called(part: Part, port: str) -> Part:
    words = [word.replace("{port}", port) for word in part.program.command]
    return Part(part.program.replaced_words(words), part.lines)


def _services(host: StageHost) -> Iterable[Service]:
    """Return what a host listens on, TCP before UDP."""
    waiting = [
        each
        for each in host.sockets()
        if each.uid  # the lab's own sockets are root's
        and (each.state == "LISTEN" if each.protocol == "tcp" else each.remote is None)
    ]
    found = {(each.protocol, each.local.port) for each in waiting if each.local.port}
    return [
        Service(port, "tcp" if protocol == "tcp" else "udp") for protocol, port in sorted(found)
    ]
