"""A program is stopped where it does not listen in time, but not for a busy machine's sake."""

from __future__ import annotations

from typing import Any

import pytest

from lab.runner import listening
from lab.runner.pace import Pace
from lab.runner.stage_program import StageProgram
from lab.scenario.program import Program
from lab.wire.address import Address, Service
from lab.wire.sockets.table import SocketEntry

WEB = Service(80, "tcp")


class Started:
    """A program that takes note of why it was stopped."""

    def __init__(self, *, at_work: bool) -> None:
        self.program = Program("server.py", listens_on=WEB)
        self.running = self
        self.is_stepped = self.has_ended = False
        self.unkept: str | None = None
        self.reason = ""
        self._is_at_work = at_work

    def is_at_work(self) -> bool:
        return self._is_at_work

    may_go_on = StageProgram.may_go_on

    def stop(self, reason: str) -> None:
        self.reason = reason


class Host:
    """A host on which a program listens after so many seconds, by a clock that only it moves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, listens_after: float) -> None:
        self.now = self.began = 1000.0
        self._listens_at = self.now + listens_after
        monkeypatch.setattr("time.monotonic", lambda: self.now)
        monkeypatch.setattr("time.sleep", lambda _: None)

    def wait_listening(self, services: object, program: object, within: float) -> str:
        listens = self._listens_at <= self.now + within
        self.now = min(self._listens_at, self.now + within) if listens else self.now + within
        return "listening" if listens else "deadline"


@pytest.mark.parametrize(
    ("at_work", "listens_after", "reason"),
    [
        (False, 4.0, ""),
        (False, 6.0, "it did not listen on TCP 80 within 5 s, so it was stopped"),
        (True, 6.0, ""),
        (True, 14.0, ""),
        (True, 60.0, "it did not listen on TCP 80 within 16 s, so it was stopped"),
    ],
)
def test_who_is_at_work_gets_three_times_as_long_to_listen(
    monkeypatch: pytest.MonkeyPatch, at_work: bool, listens_after: float, reason: str
) -> None:
    host: Any = Host(monkeypatch, listens_after)
    started: Any = Started(at_work=at_work)
    listening.wait_listening(host, started, Pace())
    assert started.reason == reason


def test_where_no_port_is_known_who_is_at_work_gets_three_times_as_long_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    host: Any = Host(monkeypatch, 60.0)
    host.sockets = tuple
    waits: list[float] = []

    def see_to(holds: Any, seconds: float, _: object) -> bool:
        waits.append(seconds)
        host.now += seconds
        return bool(holds())

    for at_work in (False, True):
        started: Any = Started(at_work=at_work)
        started.program = Program("server.py")
        waits.clear()
        listening.wait_found(host, started, Pace(), (), see_to)
        assert sum(waits) == (15.5 if at_work else 5.0)
        assert started.reason.startswith("it listened on no port within")


@pytest.mark.parametrize("promised", [(), (WEB,)])
def test_a_server_that_listened_and_ended_at_once_is_told_with_what_it_listened_on(
    monkeypatch: pytest.MonkeyPatch, promised: tuple[Service, ...]
) -> None:
    host: Any = Host(monkeypatch, 60.0)
    socket = SocketEntry("tcp", Address("0.0.0.0", 80), None, "LISTEN", uid=1000)
    started: Any = Started(at_work=False)
    started.program = Program("server.py", listens_on=promised)
    started.wait = lambda _: True

    def see_to(holds: Any, _: float, __: object) -> bool:
        host.sockets = lambda: (socket,)
        holds()
        host.sockets, started.has_ended = tuple, True
        return bool(holds())

    listening.wait_found(host, started, Pace(), (), see_to)
    assert started.unkept == "it listened on TCP 80, and ended at once"
