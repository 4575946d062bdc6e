"""Reads through ``makefile()``: the line that received is among those that are named."""

from __future__ import annotations

import io
import sys

import pytest

from lab.observation.calls.call import Call, Socket
from lab.observation.source_lines.call_sites import located


class Socketlike(io.RawIOBase):
    """What is read of it comes in small pieces; it notes the line of the program that asked."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self.lines: list[int] = []

    def readable(self) -> bool:
        return True

    def readinto(self, into: bytearray) -> int:  # type: ignore[override]
        frame = sys._getframe()
        while frame.f_code.co_filename != "program":
            assert frame.f_back is not None
            frame = frame.f_back
        self.lines.append(frame.f_lineno)
        piece, self._text = self._text[:3], self._text[3:]
        into[: len(piece)] = piece
        return len(piece)

    def makefile(self, mode: str = "r") -> object:
        buffered = io.BufferedReader(self)  # type: ignore[type-var]
        return buffered if "b" in mode else io.TextIOWrapper(buffered, write_through=True)


KNOWN = [
    "print(it.makefile().readline())",
    "for line in it.makefile():\n    print(line)",
    "lines = it.makefile()\nprint(lines.readline())\nprint(\n    lines\n    .read())",
    "with it.makefile() as lines:\n    first = lines.readline()\n    for line in lines:\n"
    "        print(line)",
    "with it.makefile('rb') as lines:\n    print([each for each in lines])",
    "lines = it.makefile('rb')\ndef hear():\n    return lines.readline()\n\n"
    "while heard := hear():\n    print(heard)\nlines.close()",
    "lines = it.makefile()\nwith lines:\n    print(lines.read(4))\n    print(lines.__next__())",
    "lines = it.makefile()\nprint({\n    each:\n    1\n    for\n    each\n    in\n    lines\n})",
    "lines = it.makefile()\nprint([\n    (each,\n    1)\n    for each\n    in\n    lines\n])",
    "lines = it.makefile()\nfor line in (\n    lines\n):\n    print(line)",
]

HIDDEN = [
    "import json\nprint(json.load(it.makefile()))",
    "lines = it.makefile()\nother = lines",
    "lines = it.makefile()\nfirst, *others = lines",
    "lines = it.makefile()\nread = lines.readline",
    "lines = it.makefile()\nprint(list(lines))",
    "class A: pass\nA.lines = it.makefile()",
    "lines = it.makefile()\nprint(globals()['lines'].read())",
    "make = it.makefile",
    "with it.makefile() as lines, lines as others:\n    pass",
    "lines = others = it.makefile()",
]


def calls_of(source: str) -> tuple[list[int], list[Call]]:
    """Return the lines that received when a program ran, and its calls with those named."""
    it = Socketlike(b"one\ntwo\nthree\nfour\nfive\nsix\n")
    exec(compile(source, "program", "exec"), {"it": it, "print": lambda *_: None})
    made = [Call("recv", (), 0, None, 1, 2, 7, 7, Socket(1, "tcp"), length=3) for _ in it.lines]
    return it.lines, list(located(made, source.encode()))


@pytest.mark.parametrize("source", KNOWN)
def test_the_line_that_received_is_among_those_that_are_named(source: str) -> None:
    received, calls = calls_of(source)
    assert received
    assert [line in call.lines for line, call in zip(received, calls, strict=True)] == [True] * len(
        received
    ), [call.lines for call in calls]


def test_where_it_is_the_only_one_its_line_and_method_are_named() -> None:
    _, (call, *_) = calls_of(KNOWN[0])
    assert (call.lines, call.method) == ((1,), "readline")
    _, (call, *_) = calls_of(KNOWN[1])
    assert (call.lines, call.method) == ((1,), "for")


@pytest.mark.parametrize("source", HIDDEN)
def test_a_file_that_may_be_read_in_another_place_hides_all_receives(source: str) -> None:
    recv = Call("recv", (), 0, None, 1, 2, 7, 7, Socket(1, "tcp"), length=3)
    (call,) = located([recv], source.encode())
    assert call.lines == ()
