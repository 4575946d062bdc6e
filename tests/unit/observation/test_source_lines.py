"""Which line of the source printed a line: named where it is certain, and nowhere else."""

from __future__ import annotations

from textwrap import dedent

import pytest

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
