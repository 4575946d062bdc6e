"""Lines are typed one by one, into a program that still runs."""

from __future__ import annotations

from typing import Any

from lab.runner.typist import Typist


class Running:
    """A program that takes note of what it gets."""

    def __init__(self) -> None:
        self.has_ended = False
        self.got: list[str] = []

    def write(self, text: str) -> None:
        self.got.append(text)


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


def test_into_a_program_with_windows_lines_are_typed_on_its_keyboard() -> None:
    running: Any = Running()
    pressed: list[str] = []
    typist = Typist(running, ["violet"], pressed.append)
    assert typist.types_next()
    assert (pressed, running.got) == (["violet\n"], [])
    assert Typist(running, [], pressed.append).types
    assert not Typist(running, []).types
