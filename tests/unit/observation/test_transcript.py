"""What a program printed is kept as it was, and how it ended is told."""

from __future__ import annotations

from lab.observation.transcript import Line, Transcript

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
    assert Transcript("a", "b", exit_status=1).failure is None


def test_a_duration_is_in_seconds() -> None:
    assert Transcript("a", "b", started_ns=500_000_000, ended_ns=2_000_000_000).duration == 1.5
