"""A program on a host, as the lab sees it: what is typed into it is a part of its transcript."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

from lab.hosts.process import RunningProgram
from lab.observation.transcript import Line


class Typist:
    """A host whose program is typed into at these times; None where it reads no more."""

    name, is_gone, peers = "client", False, ()

    def __init__(self, *times: int | None) -> None:
        self.times = list(times)

    def ask(self, verb: str, *, within: float = 0, **arguments: Any) -> int | None:
        assert (verb, within) == ("write", 0)
        return self.times.pop(0)

    def request(self, verb: str, **arguments: Any) -> Future[Any]:
        raise AssertionError(f"nobody asks for {verb!r}")

    def answer(self, future: Future[Any], verb: str, within: float = 0) -> Any:
        raise AssertionError(f"nobody waits for {verb!r}")

    def check(self) -> None:
        raise AssertionError("the host is there")


def test_what_is_typed_is_kept_line_by_line_with_its_time() -> None:
    program = RunningProgram(Typist(5, 6, 7, None), "client.py", ())
    for text in ("one\r\ntwo\n", "s", "\n", "too late\n"):
        program.write(text)
    assert program.transcript().typed == (
        Line(5, "stdin", "one"),
        Line(5, "stdin", "two"),
        Line(6, "stdin", "s", complete=False),
        Line(7, "stdin", ""),
    )


def test_the_end_of_its_input_is_kept_with_its_time() -> None:
    program = RunningProgram(Typist(5, 6, 7, None), "client.py", ())
    program.write("one\n")
    assert program.transcript().input_ended_ns is None
    program.write("", end=True)
    program.write("", end=True)
    assert program.transcript().input_ended_ns == 6
    assert [each.text for each in program.transcript().typed] == ["one"]


def test_a_line_that_halted_is_one_line_of_the_transcript() -> None:
    program = RunningProgram(Typist(), "client.py", ())
    program.receive(("line", 1, 9, "stdout", "name? ada", True, ((3, 6),), 10))
    assert program.transcript().stdout == ["name? ada"]
    assert program.transcript().lines[0].pieces == [(3, "name? "), (9, "ada")]
