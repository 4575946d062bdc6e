"""Whatever a program does, the line that made a call is among those that are named."""

from __future__ import annotations

import contextlib
import sys
from textwrap import indent
from types import CodeType

from hypothesis import given, settings
from hypothesis import strategies as st

from lab.observation.calls.call import Call, Socket
from lab.observation.source_lines.call_sites import located

SIMPLE = [
    "it.recv(1)",
    "it.sendall(b'hello')",
    "it.sendall(b'bye')",
    "it.send(data)",
    "it.sendall(\n    it.recv(1))",
    "[it.recv(1) for _ in range(2)]",
    "say(it)",
    "hear(it)",
    "it.accept()",
    "it.fail()",
]

FUNCTIONS = (
    "def say(it):\n    it.sendall(b'hello')\ndef hear(it):\n    it.recv(1)\n    it.recv(2)\n"
)


def nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    body = st.lists(inner, min_size=1, max_size=3).map(lambda each: indent("\n".join(each), "    "))
    return st.one_of(
        body.map("if it.recv(1) == b'0':\n{}".format),
        body.map("for _ in range(2):\n{}".format),
        body.map("while it.recv(1) != b'0':\n{}\n    break".format),
        body.map("with it.accept():\n{}".format),
        st.tuples(body, body, body).map(
            lambda each: "try:\n{}\nexcept OSError:\n{}\nfinally:\n{}".format(*each)
        ),
    )


statements = st.recursive(st.sampled_from(SIMPLE), nested, max_leaves=8)


class Recorder:
    """A socket that takes note of each call, and of the line from which it was made."""

    def __init__(self, code: CodeType, fates: list[int]) -> None:
        self.calls: list[Call] = []
        self.lines: list[int] = []
        self._code = code
        self._fates = fates

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def recv(self, _: int) -> bytes:
        self._made("recv", error="EAGAIN" if self._fate() == 0 else None)
        self._made("recv")
        return b"%d" % self._fate()

    def accept(self) -> Recorder:
        self._made("accept")
        return self

    def send(self, data: bytes) -> None:
        self._made("send", data, length=max(1, len(data) - self._fate()))

    def sendall(self, data: bytes) -> None:
        while data:
            length = max(1, len(data) - self._fate())
            self._made("send", data, length=length)
            data = data[length:]

    def fail(self) -> None:
        if self._fate() == 0:
            raise OSError

    def _fate(self) -> int:
        return self._fates.pop() if self._fates else 0

    def _made(self, name: str, *given: bytes, error: str | None = None, length: int = 0) -> None:
        frame = sys._getframe()
        while frame is not None and frame.f_code.co_filename != "program":
            frame = frame.f_back  # type: ignore[assignment]
        if frame is not None:
            self.lines.append(frame.f_lineno)
        socket = Socket(1, "tcp")
        self.calls.append(Call(name, given, 0, error, 1, 2, 7, 7, socket, length=length))


@settings(deadline=None)
@given(st.lists(statements, min_size=1, max_size=6), st.lists(st.integers(0, 2), max_size=30))
def test_the_line_that_made_a_call_is_among_those_named(parts: list[str], fates: list[int]) -> None:
    source = FUNCTIONS + "\n".join(parts)
    code = compile(source, "program", "exec")
    it = Recorder(code, fates)
    with contextlib.suppress(OSError):
        exec(code, {"it": it, "data": b"hello"})
    told = located(it.calls, source.encode())
    both = zip(told, it.lines, strict=True)
    assert not [(each.lines, line) for each, line in both if line not in each.lines]
