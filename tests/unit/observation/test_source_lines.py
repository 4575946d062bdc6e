"""Which line of the source printed a line: named where it is certain, and nowhere else."""

from __future__ import annotations

import ast
import re
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.observation.source_lines.budget import MOST_STEPS, Budget, OverBudget
from lab.observation.source_lines.flow import flow
from lab.observation.source_lines.statement import Call, prints_of
from lab.observation.source_lines.trace import with_sources
from lab.observation.transcript import Line, Stream, Transcript


def named(source: str, *texts: str, status: int = 0, stream: Stream = "stdout") -> list[int | None]:
    """Return the source's line for each line that a program printed."""
    lines = tuple(Line(0, stream, text) for text in texts)
    transcript = Transcript("client", "client.py", lines=lines, exit_status=status)
    found = with_sources(transcript, dedent(source).lstrip().encode())
    assert [line.text for line in found.lines] == list(texts)
    return [line.source for line in found.lines]


def test_a_text_of_its_own_names_the_call() -> None:
    assert named("print('one')\nprint('two')", "one", "two") == [1, 2]


def test_a_formatted_text_is_known_by_its_shape() -> None:
    source = """
        for port in ports:
            try:
                print(f"port {port}: reached")
            except OSError:
                print(f"port {port}: refused")
    """
    assert named(source, "port 1: refused", "port 2: reached") == [5, 3]


def test_what_only_the_order_tells_is_told_by_the_order() -> None:
    source = "print(read(14))\nprint(read(7))\nprint(read(9))"
    assert named(source, "Hello Yourself", "Goodbye", "b''") == [1, 2, 3]


def test_of_two_calls_that_can_have_printed_it_none_is_named() -> None:
    source = """
        if first:
            print(one)
        else:
            print(two)
    """
    assert named(source, "x") == [None]


def test_a_text_of_several_lines_leaves_open_where_the_next_begins() -> None:
    assert named("print(page)\nprint(more)", "a", "b", "c") == [1, None, 2]


def test_a_program_that_was_cut_short_may_have_gone_no_further() -> None:
    source = "print(one)\nprint(two)"
    assert named(source, "a", "b") == [1, 2]
    assert named(source, "a", "b", status=1) == [1, None]


def test_a_loop_goes_round_as_often_as_it_was_seen_to() -> None:
    source = """
        while True:
            line = read()
            if not line:
                break
            print(line)
        print("done")
    """
    assert named(source, "a", "b", "done") == [5, 5, 6]


def test_a_function_may_be_called_at_any_time() -> None:
    source = """
        def greet(name):
            print("hello", name)
        print("begin")
        greet("Ada")
        print("end")
    """
    assert named(source, "begin", "hello Ada", "end") == [3, 2, 5]
    assert named(source.replace('"hello", name', "name"), "begin", "Ada", "end")[1] == 2


def test_what_is_swallowed_on_the_way_may_have_skipped_a_call() -> None:
    source = """
        with contextlib.suppress(OSError):
            print(one)
            print(two)
        print(three)
    """
    assert named(source, "a") == [4]
    assert named(source.replace("contextlib.suppress(OSError)", "thing"), "a") == [None]


def test_streams_are_apart() -> None:
    source = "print(one)\nprint(two, file=sys.stderr)\nprint(three)"
    assert named(source, "a", "b") == [1, 3]
    assert named(source, "a", stream="stderr") == [2]


def test_a_traceback_is_nobodys_line() -> None:
    texts = ["before", "Traceback (most recent call last):", "  File x", "OSError: y"]
    source = "print('before', file=sys.stderr)\nprint(x, file=sys.stderr)"
    assert named(source, *texts, status=1, stream="stderr") == [1, None, None, None]


@pytest.mark.parametrize(
    "other", ["import subprocess", "sys.stdout.write(x)", "print = show", "exec(code)"]
)
def test_where_others_print_too_only_a_text_of_its_own_tells(other: str) -> None:
    source = f"{other}\nprint('certainly', x)"
    assert named(source, "something", "certainly so") == [None, 2]
    assert named(f"{source}\nprint(x)", "certainly so") == [None]


@pytest.mark.parametrize("source", ["print('a', end='')\nprint('b')", "print(", "x = 1", "\0"])
def test_a_source_that_says_too_little_names_nothing(source: str) -> None:
    assert named(source, "a") == [None]


def test_nothing_is_named_that_no_call_can_have_printed() -> None:
    assert named("print('a')", "b") == [None]
    assert named("print('a')", "a", "a") == [None, None]


def test_a_print_of_many_columns_is_told_beside_a_line_of_blanks() -> None:
    source = "print(x)\nprint(a, b, d, e, f, g, 'end')"
    assert named(source, " " * 160 + "5", "1 2 3 4 5 6 end") == [1, 2]


@given(
    shape=st.lists(st.none() | st.text("ab ", max_size=3), max_size=6),
    line=st.text("ab ", max_size=12),
)
def test_a_call_gives_what_a_regular_expression_of_its_shape_matches(
    shape: list[str | None], line: str
) -> None:
    call = Call(1, "stdout", tuple(shape))
    pattern = "".join(".*" if each is None else re.escape(each) for each in shape)
    assert call.gives(line) == bool(re.fullmatch(pattern, line))
    first = re.escape(shape[0] or "") if shape else ""
    assert call.begins(line) == (None in shape and bool(re.match(first, line)))


def test_what_would_take_too_many_steps_is_not_named_and_none_is_taken_in_vain() -> None:
    prints, lines = 4000, [str(number) for number in range(2000)]
    budget = Budget(MOST_STEPS)
    tree = ast.parse("\n".join(f"print({number})" for number in range(prints)))
    found = prints_of(tree)
    assert found is not None
    with pytest.raises(OverBudget):
        flow(tree, found, cut_short=True).candidates(lines, "stdout", budget)
    assert named("print(x)\n" * prints, *lines) == [None] * len(lines)


def test_the_steps_grow_as_the_lines() -> None:
    tree = ast.parse("for x in y:\n  if x:\n    print('one', x)\n  else:\n    print(x, 'two')")
    found = prints_of(tree)
    assert found is not None
    taken = []
    for size in (100, 1000):
        budget = Budget(MOST_STEPS)
        flow(tree, found, cut_short=False).candidates(["one more"] * size, "stdout", budget)
        taken.append(MOST_STEPS - budget.left)
    assert taken[1] <= 11 * taken[0]


@pytest.mark.parametrize(
    "source",
    [
        "if n == -1:\n  print(1)\n" + "elif n == 0:\n  print(2)\n" * 400,
        "-" * 100_000 + "1\nprint(1)",
        "if 1:\n  pass\n" + "elif 1:\n  pass\n" * 5000 + "print(1)",
        "print(1" + "+1" * 50_000 + ")",
    ],
    ids=["elif", "signs", "more elif", "sum"],
)
def test_a_source_that_is_nested_too_deep_names_nothing(source: str) -> None:
    assert named(source, "1") == [None]
