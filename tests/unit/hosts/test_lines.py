"""What a program prints is cut into lines, and a line where the program got input in its midst."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from lab.hosts.agent.lines import LINE_LIMIT, Cut, Lines, Typing


def cuts(given: str, *printed: tuple[int, bytes]) -> list[Cut]:
    """Return the lines of what is printed at these times, by a program that is given input."""
    lines = Lines("stdout", Typing(given))
    found = [cut for stamp, data in printed for cut in lines.add(data, stamp)]
    return [*found, *lines.end()]


@given(st.lists(st.binary(min_size=1, max_size=9), max_size=9))
def test_lines_are_the_same_however_their_bytes_come(pieces: list[bytes]) -> None:
    whole = cuts("", (1, b"".join(pieces)))
    come = cuts("", *((1, piece) for piece in pieces))
    assert [cut[:3] for cut in come] == [cut[:3] for cut in whole]
    assert sum(size for *_, size in come) == len(b"".join(pieces))


def test_a_line_has_the_time_of_its_last_bytes_whether_it_ends_or_not() -> None:
    assert cuts("", (1, b"o"), (2, b"ne\r\ntwo"), (3, b"?")) == [
        (2, "one", True, (), 5),
        (3, "two?", False, (), 4),
    ]


def test_what_has_no_end_yet_is_told_from_where_the_program_got_input() -> None:
    typing = Typing("")
    lines = Lines("stdout", typing)
    assert lines.unfinished == ""
    list(lines.add(b"one\nwho? ", time.time_ns()))
    assert lines.unfinished == "who? "
    typing.note()
    list(lines.add(b"hello", time.time_ns()))
    assert lines.unfinished == "hello"


def test_a_line_halts_where_the_program_was_typed_into() -> None:
    typing = Typing("")
    lines = Lines("stdout", typing)
    asked_ns = time.time_ns()
    assert list(lines.add("naïve? ".encode(), asked_ns)) == []
    assert lines.waits_at("? ")
    typed_ns = typing.note()
    assert asked_ns <= typed_ns <= time.time_ns()
    answers = list(lines.add(b"hello\nmore? ", typed_ns + 1))
    assert answers == [(typed_ns + 1, "naïve? hello", True, ((asked_ns, 7),), 14)]
    # Nothing is typed from here on, so what follows is the same piece.
    assert list(lines.add(b"never mind\n", typed_ns + 2)) == [
        (typed_ns + 2, "more? never mind", True, (), 17)
    ]


def test_what_is_typed_at_another_time_cuts_nothing() -> None:
    typing = Typing("")
    typed_ns = typing.note()
    lines = Lines("stdout", typing)
    assert list(lines.add(b"lo", typed_ns + 1)) == []
    assert list(lines.add(b"ading\n", typed_ns + 9)) == [(typed_ns + 9, "loading", True, (), 8)]
    assert list(lines.add(b"no", typed_ns - 9)) == []
    assert list(lines.add(b"thing\n", typed_ns - 1)) == [(typed_ns - 1, "nothing", True, (), 8)]


def test_of_input_that_is_there_from_the_start_each_line_answers_one_question() -> None:
    asked = [(number, b"say: ") for number in (1, 2, 3, 4)]
    assert cuts("violet\nquit\n", *asked) == [(4, "say: " * 4, False, ((1, 5), (2, 10)), 20)]
    assert cuts("", *asked) == [(4, "say: " * 4, False, (), 20)]


def test_what_does_not_look_like_a_question_is_none() -> None:
    # print() of an unbuffered Python writes each word and the line end one by one.
    words = [(1, b"heard:"), (2, b"\n"), (3, b"the"), (4, b" "), (5, b"end"), (6, b"\n")]
    assert cuts("one\ntwo\n", *words) == [(2, "heard:", True, (), 7), (6, "the end", True, (), 8)]


def test_a_line_without_end_is_bounded() -> None:
    found = cuts("", (1, b"y" * (LINE_LIMIT + 3)))
    assert [(len(text), complete) for _, text, complete, *_ in found] == [
        (LINE_LIMIT, False),
        (3, False),
    ]


def test_a_prompt_that_got_its_answer_does_not_ask_again() -> None:
    typing = Typing("")
    lines = Lines("stdout", typing)
    list(lines.add(b"say: ", 1))
    assert lines.waits_at("say: ")
    answered_ns = typing.note()
    assert not lines.waits_at("say: ")
    list(lines.add(b"say: ", answered_ns + 1))
    assert lines.waits_at("say: ")


def test_an_empty_prompt_is_any_text_printed_since_the_last_input() -> None:
    typing = Typing("")
    lines = Lines("stdout", typing)
    assert not lines.waits_at("")
    list(lines.add(b"ready\n", time.time_ns()))
    assert not lines.waits_at("")
    list(lines.add(b"name? ", time.time_ns()))
    assert lines.waits_at("")
    after = typing.note() + 1
    assert not lines.waits_at("")
    list(lines.add(b"age? ", after))
    assert lines.waits_at("")
