"""A step waits longer for a program that is at work: a busy machine is no fault of a program's."""

from __future__ import annotations

from typing import Any

import pytest

from lab.errors import WaitedInVain
from lab.runner.pace import Pace
from lab.runner.stage_program import StageProgram
from lab.scenario.program import Program


class Running:
    """A program that prints, asks and ends after so many seconds, by a clock that only it moves."""

    host = "client"

    def __init__(self, monkeypatch: pytest.MonkeyPatch, after: float, is_busy: bool) -> None:
        self._now = 1000.0
        self._comes_at = self._now + after
        self._is_busy = is_busy
        monkeypatch.setattr("time.monotonic", lambda: self._now)
        monkeypatch.setattr("time.sleep", lambda _: None)

    @property
    def has_ended(self) -> bool:
        return self._now >= self._comes_at

    def is_busy(self) -> bool:
        return self._is_busy

    def wait(self, within: float) -> bool:
        self._now = max(self._now, min(self._comes_at, self._now + within))
        return self.has_ended

    def wait_for_line(self, text: str, within: float) -> bool:
        return self.wait(within)

    wait_for_prompt = wait_for_line


def started(running: Any, is_stepped: bool = False) -> StageProgram:
    return StageProgram(running, Program("client.py"), Pace(), is_stepped=is_stepped)


WAITS = {
    "wait": lambda program: program.wait(),
    "wait_for_line": lambda program: program.wait_for_line("here"),
    "wait_for_prompt": lambda program: program.wait_for_prompt("? "),
}


@pytest.mark.parametrize("how", WAITS)
@pytest.mark.parametrize(
    ("is_busy", "after", "comes"),
    [(False, 4.0, True), (False, 6.0, False), (True, 14.0, True), (True, 60.0, False)],
)
def test_who_is_at_work_gets_three_times_as_long(
    monkeypatch: pytest.MonkeyPatch, how: str, is_busy: bool, after: float, comes: bool
) -> None:
    program = started(Running(monkeypatch, after, is_busy))
    if comes:
        assert WAITS[how](program)
    else:
        with pytest.raises(WaitedInVain, match="within 5 s"):
            WAITS[how](program)


def test_who_asks_only_gets_an_answer_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not started(Running(monkeypatch, 6.0, True)).wait(required=False)


def test_who_is_stepped_gets_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(WaitedInVain):
        started(Running(monkeypatch, 6.0, True), is_stepped=True).wait_for_line("here")


@pytest.mark.parametrize(("is_busy", "ends"), [(True, True), (False, False)])
def test_who_is_at_work_at_its_end_is_let_come_to_it(
    monkeypatch: pytest.MonkeyPatch, is_busy: bool, ends: bool
) -> None:
    assert started(Running(monkeypatch, 5.0, is_busy)).ends(3.0) is ends
