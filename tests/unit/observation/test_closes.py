"""The lines that close a socket: those that did are named, or none, also where Python closes it."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from textwrap import indent
from types import TracebackType
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.observation.calls.call import Call, Socket
from lab.observation.source_lines.call_sites import located

SERVER = """import socket

with socket.create_server(("", 15000)) as listening:
    connection, _ = listening.accept()
    connection.sendall(b"Goodbye")
    connection.close()
"""


def call(name: str, number: int, *given: bytes) -> Call:
    sent = len(given[0]) if given else None
    return Call(name, given, 0, None, 1, 2, 7, 7, Socket(number, "tcp"), length=sent)


LISTENS, ACCEPTS = call("socket", 1), call("accept", 2)
CLOSES_BOTH = [LISTENS, ACCEPTS, call("send", 2, b"Goodbye"), call("close", 2), call("close", 1)]


def closing(source: str, *calls: Call, ended_well: bool = True) -> list[tuple[int, ...]]:
    told = located(calls, source.encode(), to_the_end=ended_well)
    return [each.lines for each in told if each.name == "close"]


def test_a_close_has_the_line_of_its_name_or_of_its_with() -> None:
    assert closing(SERVER, *CLOSES_BOTH) == [(6,), (3,)]
    told = located(CLOSES_BOTH, SERVER.encode(), to_the_end=True)
    assert [each.method for each in told[-2:]] == ["close", "the end of with"]


def test_what_may_be_closed_when_the_program_ends_has_no_line() -> None:
    assert closing(SERVER, *CLOSES_BOTH, ended_well=False) == [(), (3,)]
    forgets = SERVER.replace("    connection.close()\n", "")
    assert closing(forgets, *CLOSES_BOTH) == [(), (3,)]
    some = SERVER.replace("    connection.close()", "    if _:\n        connection.close()")
    assert closing(some, *CLOSES_BOTH) == [(), (3,)]


def test_a_socket_that_a_with_takes_at_once_is_closed_there() -> None:
    serves = SERVER.replace("    connection.sendall", "    with connection:\n        pass\n    x")
    serves = serves.replace("    connection.close()\n", "")
    assert closing(serves, LISTENS, ACCEPTS, call("close", 2), ended_well=False) == [(5,)]
    later = serves.replace("    with connection", "    print(_)\n    with connection")
    assert closing(later, LISTENS, ACCEPTS, call("close", 2), ended_well=False) == [()]


@pytest.mark.parametrize(
    "change",
    [
        "file = connection.makefile()",
        "import os; os.dup(3)",
        "from os import close",
        "later = connection.close",
        "setattr(connection, 'x', 1)",
        "class Mine(socket.socket): pass",
    ],
)
def test_in_any_doubt_no_line_closes(change: str) -> None:
    assert closing(f"{SERVER}{change}\n", *CLOSES_BOTH) == [(), ()]


def test_what_another_name_may_mean_is_told_too() -> None:
    other = f"{SERVER}def end(it):\n    it.close()\n"
    assert closing(other, *CLOSES_BOTH) == [(6, 8), (3, 8)]


def test_a_close_in_a_look_up_has_its_line() -> None:
    source = "import socket\nwith socket.create_connection(('server', 80)) as s:\n    s.recv(1)\n"
    asked = Call("socket", (), 0, None, 1, 2, 7, 7, Socket(1, "udp"))
    ended = Call("close", (), 0, None, 1, 2, 7, 7, Socket(1, "udp"))
    assert closing(source, asked, ended) == [(2,)]


HELPER = b"""def frame(it, text):
    it.sendall(text)


def done(it):
    it.close()
"""
USES = "import socket\nfrom framing import frame\ns = socket.socket()\nframe(s, b'x')\n"


def test_a_call_in_a_module_of_the_programs_own_has_its_file_and_line() -> None:
    calls = [call("socket", 1), call("send", 1, b"x")]
    made, sent = located(calls, USES.encode(), {"framing.py": HELPER})
    assert (made.file, made.lines) == ("", (3,))
    assert (sent.file, sent.lines) == ("framing.py", (2,))
    assert [each.lines for each in located(calls, USES.encode())] == [(), ()]


def test_a_call_that_two_files_can_have_made_has_no_line() -> None:
    both = f"{USES}s.sendall(b'x' * 9)\n"
    calls = [call("socket", 1), call("send", 1, b"x")]
    assert [e.lines for e in located(calls, both.encode(), {"framing.py": HELPER})] == [(3,), ()]


@pytest.mark.parametrize(
    "helper", [b"import urllib", b"put = it.send", b"def (", b"from os import system"]
)
def test_a_doubt_in_a_module_is_one_about_the_program(helper: bytes) -> None:
    made = located([call("send", 1, b"x")], USES.encode(), {"framing.py": helper})
    assert made[0].lines == ()


SIMPLE = [
    "s.close()",
    "s = socket.socket()",
    "t = s",
    "t.close()",
    "kept.append(s)",
    "s, _ = listener.accept()",
    "def end(it=s):\n    it.close()\nend()",
    "for u in kept:\n    u.close()",
    "kept.clear()",
    "fail()",
    "with s:\n    pass",
    "s, _ = listener.accept()\nwith s:\n    fail()",
    "with socket.socket() as v:\n    t = v",
    "del s",
    "v = socket.socket()\nv.close()",
    "def serve():\n    w = socket.socket()\n    fail()\n    w.close()\nserve()",
]


def nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    body = st.lists(inner, min_size=1, max_size=3).map(lambda each: indent("\n".join(each), "    "))
    return st.one_of(
        body.map("for _ in range(2):\n{}".format),
        body.map("with socket.socket() as s:\n{}".format),
        body.map("with socket.socket() as x, socket.socket() as y:\n{}".format),
        st.tuples(body, body).map(lambda each: "try:\n{}\nexcept OSError:\n{}".format(*each)),
        st.tuples(body, body).map(lambda each: "try:\n{}\nfinally:\n{}".format(*each)),
    )


class Fake:
    """A socket that takes note of who made it and who closed it: a line, or Python itself."""

    calls: ClassVar[list[tuple[Call, int]]] = []
    count = 0

    def __init__(self, name: str = "socket") -> None:
        type(self).count += 1
        self._number, self._open = self.count, True
        self._note(name, line())

    def _note(self, name: str, at: int) -> None:
        self.calls.append((call(name, self._number), at))

    def close(self) -> None:
        self._end(line())

    def _end(self, at: int) -> None:
        if self._open:
            self._open = False
            self._note("close", at)

    def __enter__(self) -> Fake:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def __del__(self) -> None:
        self._end(0)


class Listener:
    """What accepts, and is nobody's to close."""

    def accept(self) -> tuple[Fake, int]:
        return Fake("accept"), 0


def line() -> int:
    frame = sys._getframe()
    while frame.f_code.co_filename != "program" and frame.f_back is not None:
        frame = frame.f_back
    return frame.f_lineno


def fails(fates: list[bool]) -> Callable[[], None]:
    def fail() -> None:
        if fates and fates.pop():
            raise OSError

    return fail


@settings(deadline=None)
@given(
    parts=st.lists(st.recursive(st.sampled_from(SIMPLE), nested, max_leaves=6), max_size=6),
    fates=st.lists(st.booleans(), max_size=8),
)
def test_the_line_that_closed_is_among_those_named(parts: list[str], fates: list[bool]) -> None:
    source = "import socket\nkept = []\n" + "\n".join(["s = socket.socket()", *parts])
    Fake.calls, Fake.count = [], 0
    made = source.replace("import socket", "pass", 1)
    scope: dict[str, object] = {
        "socket": type("Module", (), {"socket": Fake}),
        "listener": Listener(),
        "fail": fails(fates),
    }
    ended_well = False
    with contextlib.suppress(OSError, NameError):
        exec(compile(made, "program", "exec"), scope)
        ended_well = True
    scope.clear()
    calls = [each for each, _ in Fake.calls]
    told = located(calls, source.encode(), to_the_end=ended_well)
    wrong = [
        (each, at)
        for each, (_, at) in zip(told, Fake.calls, strict=True)
        if each.name == "close" and each.lines and at not in each.lines
    ]
    assert not wrong, source
