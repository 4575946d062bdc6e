"""Deadlines follow the run's pace, and nobody is hurried to nothing."""

from __future__ import annotations

import pytest

from lab import Program
from lab.runner.pace import LEAST, PATIENCE, Pace

PLAIN, SLOW = Program("client.py"), Program("client.py", deadline=200)


def test_a_program_has_the_scenario_s_deadline_or_its_own() -> None:
    pace = Pace(deadline=30)
    assert (pace.deadline_of(PLAIN), pace.deadline_of(SLOW)) == (30, 200)
    assert Pace(deadline=30, scale=0.1).deadline_of(PLAIN) == pytest.approx(3)


def test_what_a_step_waits_is_scaled_but_for_a_least() -> None:
    assert Pace().scaled(5) == 5
    assert Pace(scale=0.1).scaled(12) == pytest.approx(1.2)
    assert Pace(scale=0.1).scaled(2) == LEAST
    assert Pace(scale=0.1).scaled(0.1) == 0.1


def test_a_step_that_must_not_wait_in_vain_has_more_patience() -> None:
    hurried = Pace(scale=0.1)
    assert hurried.patience(5, required=True) == PATIENCE > LEAST
    assert hurried.patience(5, required=False) == LEAST
    assert hurried.patience(0.1, required=True) == 0.1
    assert hurried.patience(100, required=True) == pytest.approx(10)
    assert Pace().patience(5, required=True) == Pace().patience(5, required=False) == 5


def test_who_is_slow_may_be_slow_to_listen() -> None:
    assert Pace().to_listen(PLAIN) == 5
    assert Pace(scale=0.1).to_listen(PLAIN) == 1
    assert Pace(scale=0.1).to_listen(SLOW) == 5
