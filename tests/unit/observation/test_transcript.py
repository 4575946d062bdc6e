"""What a program printed is kept as it was, and how it ended is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lab.observation.transcript import Fails, Line, Transcript

TRACEBACK = (
    "Traceback (most recent call last):",
    '  File "client.py", line 3, in <module>',
    "ConnectionRefusedError: [Errno 111] Connection refused",
)


def printed(*stderr: str) -> Transcript:
    """Return a transcript with these lines on standard error, and one on standard output."""
    lines = [Line(1, "stdout", "out"), *(Line(2, "stderr", text) for text in stderr)]
    return Transcript("client", "client.py", lines=tuple(lines))


def test_the_two_streams_are_told_apart_in_order() -> None:
    transcript = printed("a", "b")
    assert (transcript.stdout, transcript.stderr) == (["out"], ["a", "b"])


def test_an_exception_is_the_last_line_of_a_traceback() -> None:
    assert printed(*TRACEBACK).error == TRACEBACK[-1]
    assert printed(*TRACEBACK, "  note", "").error == TRACEBACK[-1]


def test_without_a_traceback_there_is_no_exception() -> None:
    assert printed("ping: no such host").error is None
    assert printed().error is None


def test_a_program_that_was_stopped_failed_unless_that_was_its_part() -> None:
    stopped = {"stopped_for": "it had not ended after 10 s"}
    assert Transcript("a", "b", **stopped).failure == stopped["stopped_for"]  # type: ignore[arg-type]
    assert Transcript("a", "b", **stopped, served=True).failure is None  # type: ignore[arg-type]


def test_an_exception_is_told_though_something_is_said_after_it() -> None:
    assert printed(*TRACEBACK, "bye").error == TRACEBACK[-1]
    assert (
        printed(*TRACEBACK, "", *TRACEBACK[:2], "OSError: [Errno 98]").error
        == "OSError: [Errno 98]"
    )


def crashed(*stderr: str, **how: Any) -> str | None:
    """Return what is said of a program that ended so."""
    return replace(printed(*stderr), **how).failure


def test_a_program_that_ends_badly_by_itself_failed_and_its_last_words_are_told() -> None:
    assert crashed(exit_status=0) is None
    assert crashed(exit_status=3) == "it ended with exit status 3"
    assert crashed("no such host", "", exit_status=2) == "it ended with exit status 2: no such host"
    assert crashed(*TRACEBACK, exit_status=1) == f"it ended with exit status 1: {TRACEBACK[-1]}"
    assert crashed(exit_status=-11) == "it ended by signal SIGSEGV"
    assert crashed(exit_status=-99) == "it ended by signal 99"


def test_an_exception_in_a_thread_is_a_failure_though_the_status_is_0() -> None:
    thread = ("Exception in thread Thread-1 (greet):", *TRACEBACK)
    told = f"it printed the traceback of an exception: {TRACEBACK[-1]}"
    assert crashed(*thread, exit_status=0) == told
    assert crashed(*thread, exit_status=-15, served=True) == told
    assert crashed(*thread, exit_status=0, fails=True) is None


def test_a_program_that_the_lab_stopped_did_not_crash() -> None:
    assert crashed(exit_status=-15, served=True) is None
    assert crashed(exit_status=-9, stopped_for="it had not ended") == "it had not ended"


def test_a_program_that_ended_before_it_listened_is_told_with_how_it_ended() -> None:
    unkept = "it ended before it listened on TCP 15000"
    assert crashed(exit_status=0, unkept=unkept) == unkept
    told = crashed(*TRACEBACK, exit_status=1, unkept=unkept)
    assert told == f"{unkept}, with exit status 1: {TRACEBACK[-1]}"
    assert crashed(exit_status=-9, unkept=unkept) == f"{unkept}, by signal SIGKILL"
    assert crashed(exit_status=1, unkept=unkept, fails=True) == f"{unkept}, with exit status 1"


@pytest.mark.parametrize(
    ("fails", "status", "stderr"),
    [
        (True, 1, ()),
        (True, -11, ()),
        (3, 3, ()),
        ("SIGKILL", -9, ()),
        ("ConnectionRefusedError", 1, TRACEBACK),
        ("gaierror", 1, (*TRACEBACK[:2], "socket.gaierror: [Errno -2] Name or service not known")),
        ("KeyboardInterrupt", -2, (*TRACEBACK[:2], "KeyboardInterrupt")),
    ],
)
def test_a_program_that_fails_as_the_scenario_says_did_what_it_should(
    fails: Fails, status: int, stderr: tuple[str, ...]
) -> None:
    assert crashed(*stderr, exit_status=status, fails=fails) is None


@pytest.mark.parametrize(
    ("fails", "status", "stderr", "told"),
    [
        (True, 0, (), "it did not fail; the scenario says that it fails"),
        (3, 0, (), "it did not fail; the scenario says that it fails with exit status 3"),
        (
            3,
            1,
            ("no",),
            "it ended with exit status 1: no; the scenario says that it fails with exit",
        ),
        (
            1,
            -9,
            (),
            "it ended by signal SIGKILL; the scenario says that it fails with exit status 1",
        ),
        (
            "SIGKILL",
            -15,
            (),
            "it ended by signal SIGTERM; the scenario says that it fails with SIG",
        ),
        (
            "OSError",
            1,
            TRACEBACK,
            f"1: {TRACEBACK[-1]}; the scenario says that it fails with OSErr",
        ),
    ],
)
def test_a_program_that_fails_in_another_way_or_not_at_all_did_not(
    fails: Fails, status: int, stderr: tuple[str, ...], told: str
) -> None:
    assert told in str(crashed(*stderr, exit_status=status, fails=fails))


def test_a_program_that_is_to_fail_and_goes_on_until_it_is_stopped_did_not() -> None:
    told = crashed(exit_status=-15, served=True, fails=True)
    assert told == "it did not fail; the scenario says that it fails"


def test_of_a_program_that_has_not_ended_nothing_is_said() -> None:
    assert crashed(fails=True) is None
    assert crashed() is None


def test_a_duration_is_in_seconds() -> None:
    assert Transcript("a", "b", started_ns=500_000_000, ended_ns=2_000_000_000).duration == 1.5


@pytest.mark.parametrize(
    ("text", "halts", "pieces"),
    [
        ("", (), [(9, "")]),
        ("whole", (), [(9, "whole")]),
        ("name? hello ada", ((3, 6),), [(3, "name? "), (9, "hello ada")]),
        ("name? ", ((3, 6),), [(3, "name? ")]),
        ("a: b: c", ((3, 3), (5, 6)), [(3, "a: "), (5, "b: "), (9, "c")]),
    ],
)
def test_a_line_is_cut_where_its_program_stood_until_it_got_input(
    text: str, halts: tuple[tuple[int, int], ...], pieces: list[tuple[int, str]]
) -> None:
    line = Line(9, "stdout", text, halts=halts)
    assert line.pieces == pieces
    assert Transcript("a", "b", lines=(line,)).stdout == [text]
