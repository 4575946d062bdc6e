"""A printed line has the time of the write that ended it, and keeps its order."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from lab.observation.calls.line_times import _in_order, timed
from lab.observation.calls.told import Printed
from lab.observation.transcript import Line, Stream

READ = 1_000


def lines(*texts: str, stream: Stream = "stdout", complete: bool = True) -> list[Line]:
    """Return lines that the lab read all at once."""
    return [Line(READ, stream, text, complete) for text in texts]


def sizes(of: Sequence[Line]) -> list[int]:
    """Return how many bytes each line took."""
    return [len(line.text.encode()) + line.complete for line in of]


def write(began_ns: int, data: bytes, stream: str = "stdout", took_ns: int = 1) -> Printed:
    """Return a write."""
    return Printed(stream, began_ns, began_ns + took_ns, len(data), data)


def times(of: Sequence[Line], *writes: Printed) -> list[int]:
    """Return the times of these lines."""
    return [line.time_ns for line in timed(of, sizes(of), writes)]


def test_each_line_has_the_time_of_its_own_write() -> None:
    assert times(lines("one", "two"), write(10, b"one\n"), write(20, b"two\n")) == [10, 20]


def test_lines_of_one_write_have_one_time_and_keep_their_order() -> None:
    found = timed(lines("one", "two", "three"), [4, 4, 6], [write(10, b"one\ntwo\nthree\n")])
    assert [(line.text, line.time_ns) for line in found] == [
        ("one", 10),
        ("two", 10),
        ("three", 10),
    ]


def test_a_line_printed_bit_by_bit_has_the_time_of_its_last_bit() -> None:
    bits = [write(10, b"on"), write(20, "é ".encode()), write(30, b"x"), write(40, b"\n")]
    assert times(lines("oné x"), *bits) == [40]


def test_what_has_no_end_has_the_time_of_its_last_bit() -> None:
    assert times(lines("no end", complete=False), write(10, b"no"), write(20, b" end")) == [20]


def test_stdout_and_stderr_are_told_in_the_order_of_their_writes() -> None:
    both = [*lines("out"), *lines("err", stream="stderr")]
    found = timed(both, [4, 4], [write(10, b"err\n", "stderr"), write(20, b"out\n")])
    assert [line.text for line in found] == ["err", "out"]


def test_a_halt_has_the_time_of_the_question() -> None:
    line = Line(READ, "stdout", "größe? 12", halts=((900, 7),))
    (found,) = timed(
        [line], [len("größe? 12\n".encode())], [write(10, "größe? ".encode()), write(50, b"12\n")]
    )
    assert (found.time_ns, found.halts) == (50, ((10, 7),))


def test_two_writes_at_the_same_time_are_told_apart_by_what_they_say() -> None:
    writes = [write(10, b"second\n", took_ns=9), write(11, b"first\n", took_ns=9)]
    assert times(lines("first", "second"), *writes) == [11, 11]


def test_a_line_that_no_known_write_printed_keeps_its_time_and_says_so() -> None:
    found = timed(lines("one", "two"), [4, 4], [write(10, b"one\n")])
    assert [(line.time_ns, line.late) for line in found] == [(10, False), (READ, True)]
    found = timed(lines("one", "two"), [4, 4], [write(10, b"two\n"), write(30, b"one\n")])
    assert [line.late for line in found] == [True, True]


def test_text_that_does_not_tell_its_bytes_is_counted() -> None:
    # A carriage return before the end of the line is no part of its text.
    found = timed(lines("one", "two"), [5, 4], [write(10, b"one\r\n"), write(20, b"two\n")])
    assert [line.time_ns for line in found] == [10, 20]


@given(st.lists(st.text("ab\n", min_size=1, max_size=6), max_size=8))
def test_however_a_text_is_written_each_line_has_the_time_of_its_last_write(
    written: list[str],
) -> None:
    writes = [write(10 * (n + 1), text.encode()) for n, text in enumerate(written)]
    *whole, rest = "".join(written).split("\n")
    told = [*lines(*whole), *(lines(rest, complete=False) if rest else [])]
    expected, at = [], 0
    for line in told:
        at += len(line.text) + line.complete
        ended = 0
        while sum(map(len, written[: ended + 1])) < at:
            ended += 1
        expected.append(10 * (ended + 1))
    assert times(told, *writes) == expected


def in_order(writes: Sequence[Printed], text: bytes) -> list[Printed]:
    """Return writes in the order of the stream, as is plain to see, and slow."""
    waiting, found, at = list(writes), list[Printed](), 0
    while waiting:
        ends = [each.ended_ns for each in waiting if each.ended_ns is not None]
        fit = None
        for each in waiting:
            if ends and each.began_ns > min(ends):
                break
            if text.startswith(each.data, at):
                fit = each
                break
        if fit is None:
            return found
        waiting = [each for each in waiting if each is not fit]
        found.append(fit)
        at += fit.length
    return found


WRITES = st.lists(
    st.builds(
        lambda began_ns, took_ns, data: Printed(
            "stdout", began_ns, None if took_ns is None else began_ns + took_ns, len(data), data
        ),
        st.integers(0, 20),
        st.none() | st.integers(0, 20),
        st.sampled_from([b"a", b"b", b"ab"]),
    ),
    max_size=10,
)


@given(WRITES, st.randoms(use_true_random=False))
def test_writes_of_several_threads_are_put_in_the_order_of_what_was_read(
    writes: list[Printed], random: Random
) -> None:
    shuffled = random.sample(writes, len(writes))
    text = b"".join(each.data for each in shuffled)
    assert _in_order(writes, text) == in_order(writes, text)


def test_a_program_that_prints_very_many_lines_does_not_keep_the_lab_for_minutes() -> None:
    many = lines(*("y" * 9 for _ in range(60_000)))
    writes = [write(number, b"yyyyyyyyy\n", took_ns=0) for number in range(len(many))]
    assert times(many, *writes)[:1000] == [*range(1000)]
