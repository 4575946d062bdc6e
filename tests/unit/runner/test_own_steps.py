"""While a scenario's steps wait, programs move; where none can move any more, that is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from walks import lane, small_walk

from lab.observation.steps.walk import Lane, Result, Step, Walk
from lab.runner.stage import Stage
from lab.runner.step.own_steps import OwnSteps
from lab.scenario.program import Program
from lab.scenario.scenario import Scenario
from lab.wire.address import Family

WAITING = (lane(0, "waits", 3, "recv"), lane(1, "waits", 3, "recv"))
SERVING = (lane(0, "waits", 3, "recv"), Lane(1, 0, "ended"))


class Walker:
    """Moves so many times; then nobody can."""

    def __init__(self, moves: int, lanes: tuple[Lane, ...], result: Result | None = None) -> None:
        self.moves, self._result = moves, result
        self.taken = 0
        self.helpers: list[Lane] = []
        self.walk = Walk(
            "any", "ipv4", "server", small_walk().programs, steps=(Step(0, "start", lanes=lanes),)
        )

    @property
    def can_move(self) -> bool:
        return self.moves > 0

    def move(self) -> Result | None:
        self.moves -= 1
        return self._result if not self.moves else None

    def take_in(self) -> None:
        self.taken += 1


def played(walker: Walker, steps: Callable[[Stage], object]) -> tuple[Result | None, Stage]:
    """Return what comes of steps, and their stage."""
    stage = Stage({}, Family.IPV4, {}, files={})

    def its_steps(lab: Stage) -> None:
        steps(lab)

    scenario = Scenario(hosts=["client"], steps=its_steps).placed(Path("any"))
    return OwnSteps(scenario, stage, walker).play(), stage


def test_programs_move_until_what_the_steps_wait_for_holds() -> None:
    walker = Walker(9, WAITING)
    result, stage = played(walker, lambda lab: lab.wait_until(lambda: walker.moves == 4))
    assert (result, walker.moves, stage.failed_steps) == (None, 4, [])
    assert stage.pace.walk is None


def test_what_is_waited_for_in_vain_without_need_ends_no_walk() -> None:
    walker = Walker(3, WAITING)
    result, _ = played(
        walker, lambda lab: lab.wait_until(lambda: False, within=0.05, required=False)
    )
    assert (result, walker.moves) == (None, 0)
    assert walker.taken > 1  # it has looked whether a command did something


def test_programs_that_wait_for_each_other_end_the_walk_of_steps_that_need_them() -> None:
    def steps(lab: Stage) -> None:
        lab.pace.left(lambda: False, 0.05, required=True)
        pytest.fail("the walk is over")

    result, _ = played(Walker(1, WAITING), steps)
    assert result is not None
    assert result.kind == "deadlock"
    assert result.text == "both wait in recv, server.py:3 and client.py:3; nobody will ever send"


def test_a_walk_that_ends_ends_the_steps() -> None:
    left = Result("left", "you left before the programs had ended")
    result, _ = played(Walker(2, WAITING, left), lambda lab: lab.wait_until(lambda: False))
    assert result is left


def test_steps_that_start_nothing_in_python_are_refused() -> None:
    walker = Walker(0, ())
    walker.walk = Walk("any", "ipv4", "server")
    result, _ = played(walker, lambda lab: None)
    assert result is not None
    assert (result.kind, result.text) == ("refused", "its steps start no program in Python")


@pytest.mark.parametrize(("lanes", "kind"), [(SERVING, "ended"), (WAITING, "deadlock")])
def test_servers_that_wait_when_the_steps_are_over_are_stopped(
    lanes: tuple[Lane, ...], kind: str
) -> None:
    stage = Stage({}, Family.IPV4, {}, files={})
    scenario = Scenario(server=Program("server.py")).placed(Path("any"))
    steps = OwnSteps(scenario, stage, Walker(0, lanes))
    assert steps.ending(Result("deadlock", "…")).kind == kind


def test_a_command_is_started_once_its_servers_listen_and_programs_move_until_then() -> None:
    walker, started = Walker(9, SERVING), list[int]()
    stage = Stage({}, Family.IPV4, {}, files={})
    scenario = Scenario(hosts=["client"], steps=lambda _: None).placed(Path("any"))
    steps = OwnSteps(scenario, stage, walker)
    steps.run(lambda: started.append(walker.moves), lambda: walker.moves == 4)
    assert started == [4]
    assert stage.pace.walk is None


class Command:
    """A command that is at work at so many looks; then it has ended, or waits."""

    def __init__(self, looks: int, *, ends: bool) -> None:
        self.program = Program("tee")
        self.is_stepped = self.has_ended = False
        self._looks, self._ends = looks, ends

    def is_at_work(self) -> bool:
        self._looks -= 1
        self.has_ended = self._ends and self._looks <= 0
        return self._looks > 0


@pytest.mark.parametrize(("ends", "moves"), [(True, 9), (False, 8)])
def test_nobody_moves_before_a_command_has_ended_or_waits(ends: bool, moves: int) -> None:
    command: Any = Command(3, ends=ends)
    walker = Walker(9, SERVING)

    def steps(lab: Stage) -> None:
        lab.played.append(command)
        lab.wait_until(lambda: command.has_ended or walker.moves < 9)

    result, _ = played(walker, steps)
    assert (result, walker.moves) == (None, moves)
