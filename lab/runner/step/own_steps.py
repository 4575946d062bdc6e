"""A scenario's own steps in a walk: whatever they wait for, stepped programs move meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Protocol

from lab.observation.steps.walk import Lane, Result, Walk
from lab.runner import playing
from lab.runner.pace import PlayEnded
from lab.runner.stage import Stage
from lab.runner.step.ground import LOOKS_APART
from lab.runner.step.order import ending
from lab.scenario.scenario import Scenario

MOST_BUSY = 20.0
"""Seconds that a command may be at work before others move all the same."""


class Moves(Protocol):
    """What moves the programs of a walk, one line at a time."""

    walk: Walk
    helpers: list[Lane]

    @property
    def can_move(self) -> bool:
        """Whether any lane can move."""

    def move(self) -> Result | None:
        """Let one lane move; return the result where the walk is over."""

    def take_in(self) -> None:
        """Record what happened without a token."""


class OwnSteps:
    """Plays the steps of one scenario, with ``walker`` for all waits."""

    def __init__(self, scenario: Scenario, stage: Stage, walker: Moves) -> None:
        self._scenario, self._stage, self._walker = scenario, stage, walker
        self.result: Result | None = None
        """How the walk has ended, where it did while the lab waited."""

    def play(self) -> Result | None:
        """Play the steps; return the result where they did not come to their end."""
        try:
            with self.moving():
                playing.take_steps(self._scenario, self._stage)
                self._walker.take_in()
        except PlayEnded:
            return self.result
        if not self._walker.walk.steps:
            return Result("refused", "its steps start no program in Python")
        return None

    @contextmanager
    def moving(self) -> Iterator[None]:
        """Have programs move within, wherever the lab waits; raises PlayEnded."""
        before = self._stage.pace
        self._stage.pace = replace(before, walk=self._wait)
        try:
            yield
        finally:
            self._stage.pace = before

    def run(self, start: Callable[[], object], listens: Callable[[], bool]) -> None:
        """Start a command once its servers listen, and wait for its end; raises PlayEnded."""
        with self.moving():
            self._stage.wait_until(listens, required=False)
            start()

    def ending(self, result: Result) -> Result:
        """Return how the walk ended, where the steps are over: servers that wait are stopped."""
        walk = self._walker.walk
        waiting = [lane for lane in walk.steps[-1].lanes if lane.status == "waits"]
        if result.kind == "deadlock" and all(walk.programs[e.program].is_server for e in waiting):
            where = ", ".join(str(lane.place) for lane in waiting)
            return Result("ended", f"the scenario's steps are over, and the lab stops {where}")
        return result

    def _wait(self, holds: Callable[[], bool], seconds: float, required: bool) -> float:
        """As lab.runner.pace.Walk; raises PlayEnded where the walk has ended meanwhile."""
        self._walker.take_in()
        left = seconds
        while not holds():
            if self._commands_move(holds):
                continue
            if self._walker.can_move:
                self._end(self._walker.move())
            elif left > 0:
                time.sleep(LOOKS_APART)
                left -= LOOKS_APART
                self._walker.take_in()
            else:
                self._end(self._deadlock() if required else None)
                return 0.0
        return seconds

    def _commands_move(self, holds: Callable[[], bool]) -> bool:
        """Wait until each command that runs has ended or waits, too; return whether ``holds()``.

        It gets no tokens. So who is to move next must not hang on how quick it is.
        """
        commands = [
            each
            for each in self._stage.played
            if not (each.is_stepped or each.has_ended or each.program.listens_on)
        ]
        give_up = time.monotonic() + MOST_BUSY
        while any(each.is_at_work() for each in commands) and not holds():
            if time.monotonic() > give_up:
                return False
            time.sleep(LOOKS_APART)
        return bool(commands) and holds()

    def _deadlock(self) -> Result | None:
        walk = self._walker.walk
        if not walk.steps or any(
            not each.is_stepped and not each.has_ended for each in self._stage.played
        ):
            return None
        found = ending(walk.steps[-1].lanes, walk.programs, helpers=self._walker.helpers)
        return found if found.kind == "deadlock" else None

    def _end(self, result: Result | None) -> None:
        if result is not None:
            self.result = result
            raise PlayEnded(f"stepping {self._scenario.name}", result.text)
