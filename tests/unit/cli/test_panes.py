"""A pane shows what a program printed and what was typed into it, in the order of time."""

from __future__ import annotations

from lab.cli.panes import MOST, rows
from lab.observation.transcript import Line, Transcript


def test_what_is_typed_stands_between_the_question_and_what_follows() -> None:
    asked = Line(40, "stdout", "who? hello Ann", halts=((10, 5),))
    seen = Transcript("client", "client.py", lines=(asked,), typed=(Line(20, "stdin", "Ann"),))
    assert list(rows(seen)) == [("stdout", "who? "), ("stdin", "⌨ Ann"), ("stdout", "hello Ann")]


def test_a_question_without_an_end_stands_last() -> None:
    seen = Transcript("client", "client.py", lines=(Line(10, "stderr", "oh"),))
    assert list(rows(seen, "again? ")) == [("stderr", "oh"), ("stdout", "again? ")]


def test_no_program_can_paint_on_the_terminal() -> None:
    seen = Transcript("client", "client.py", lines=(Line(10, "stdout", "\x1b[2Jgone"),))
    ((_, text),) = rows(seen, "")
    assert "\x1b" not in text


def test_only_the_last_rows_are_kept() -> None:
    several = tuple(Line(number, "stdout", str(number)) for number in range(MOST + 9))
    assert rows(Transcript("client", "client.py", lines=several))[0] == ("stdout", "9")
