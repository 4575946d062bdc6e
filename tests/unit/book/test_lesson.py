"""A lesson taken apart: title, text, answers, and what of it is code."""

from __future__ import annotations

from lab.book.lesson import Answer, LessonText, outside_code

README = """# TCP connect

Two programs.

## Think about it

1. Why?

   <details><summary>Answer</summary>

   Because. Check it:

       lab run x
   </details>

2. And then?

   <details><summary>Answer</summary>

   Then.
   </details>
"""


def test_the_title_is_taken_off() -> None:
    text = LessonText.of(README, "tcp_connect")
    assert text.title == "TCP connect"
    assert text.text.startswith("Two programs.\n")


def test_a_lesson_without_a_title_has_the_scenarios_name() -> None:
    assert LessonText.of("Words.\n", "my_echo").title == "my_echo"


def test_answers_are_taken_out_with_the_numbers_of_their_questions() -> None:
    text, answers = LessonText.of(README, "x").without_answers()
    assert answers == [Answer(1, "Because. Check it:\n\n    lab run x"), Answer(2, "Then.")]
    assert "details" not in text.text
    assert "1. Why?\n" in text.text
    assert "2. And then?\n" in text.text


def test_what_is_not_code_is_changed_and_code_is_not() -> None:
    text = "a `a` a\n\n```text\na\n```\n\n    a\n\n``a ` a`` a\n"
    assert outside_code(text, str.upper) == "A `a` A\n\n```text\na\n```\n\n    a\n\n``a ` a`` A\n"


def test_code_within_a_line_is_changed_where_asked() -> None:
    text = "a `a`\n\n    a\n"
    assert outside_code(text, str.upper, inline=False) == "A `A`\n\n    a\n"
