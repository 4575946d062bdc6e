"""Lines are typed one by one, into a program that still runs."""

from __future__ import annotations

import math
from typing import Any

import pytest

from lab.observation.transcript import Transcript
from lab.runner import typist as rules
from lab.runner.typist import Typist


class Running:
    """A program that takes note of what it gets."""

    def __init__(self) -> None:
        self.has_ended = self.asks = self.is_at_work = False
        self.got: list[str] = []

    def write(self, text: str) -> None:
        self.got.append(text)

    def transcript(self) -> Transcript:
        return Transcript("client", "client.py")

    def is_busy(self) -> bool:
        return self.is_at_work

    def wait_for_prompt(self, text: str, within: float) -> bool:
        return self.asks


class Keyboard:
    """A keyboard that takes note of what is pressed."""

    def __init__(self) -> None:
        self.has_window = False
        self.pressed: list[str] = []

    def press(self, text: str) -> None:
        self.pressed.append(text)


def test_the_next_line_is_typed_as_long_as_there_is_one_and_the_program_runs() -> None:
    running: Any = Running()
    typist = Typist(running, ["violet", "garden", "copper"])
    assert [typist.types_next(), typist.types_next()] == [True, True]
    running.has_ended = True
    assert not typist.types_next()
    running.has_ended = False
    assert typist.types_next()
    assert not typist.types_next()
    assert running.got == ["violet\n", "garden\n", "copper\n"]


def test_into_a_window_lines_are_typed_on_its_keyboard_and_else_they_are_input() -> None:
    running: Any = Running()
    keyboard = Keyboard()
    typist = Typist(running, ["violet", "garden"], keyboard)
    assert typist.types_next()
    assert (keyboard.pressed, running.got) == ([], ["violet\n"])
    keyboard.has_window = True
    assert typist.types_next()
    assert (keyboard.pressed, running.got) == (["garden\n"], ["violet\n"])
    assert Typist(running, [], keyboard).types
    assert not Typist(running, []).types


def looked(typist: Typist, rest_of_all: float = math.inf) -> None:
    typist.look()
    typist.type_where_it_waits(rest_of_all)


def test_a_program_at_work_that_has_printed_half_a_line_does_not_ask() -> None:
    running: Any = Running()
    running.asks = running.is_at_work = True
    typist = Typist(running, ["violet"])
    looked(typist)
    assert running.got == []
    running.is_at_work = False
    looked(typist)
    assert running.got == ["violet\n"]


@pytest.mark.parametrize(
    ("has_keyboard", "has_window", "rest_of_all", "rest"),
    [
        (False, False, math.inf, rules.UNASKED),
        (False, False, 0.1, rules.QUIET),
        (True, True, math.inf, rules.UNASKED),
        (True, True, 0.1, rules.QUIET),
        (True, False, math.inf, rules.UNSEEN),
    ],
    ids=["all rest", "others work", "a window", "a window, others work", "no window yet"],
)
def test_into_a_program_that_does_not_ask_nothing_is_typed_before_it_has_rested(
    monkeypatch: pytest.MonkeyPatch,
    has_keyboard: bool,
    has_window: bool,
    rest_of_all: float,
    rest: float,
) -> None:
    now = 1000.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    running: Any = Running()
    keyboard = Keyboard()
    keyboard.has_window = has_window
    typed = Typist(running, ["Peru"], keyboard if has_keyboard else None)
    looked(typed, rest_of_all)
    now += rest - 0.1
    looked(typed, rest_of_all)
    assert (keyboard.pressed, running.got) == ([], [])
    now += 0.2
    looked(typed, rest_of_all)
    assert (keyboard.pressed, running.got) == ((["Peru\n"], []) if has_window else ([], ["Peru\n"]))


def test_a_window_that_prints_half_a_line_does_not_ask_on_its_keyboard() -> None:
    running: Any = Running()
    running.asks = True
    keyboard = Keyboard()
    keyboard.has_window = True
    looked(Typist(running, ["Peru"], keyboard))
    assert (keyboard.pressed, running.got) == ([], [])
