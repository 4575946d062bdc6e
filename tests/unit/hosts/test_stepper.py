"""A program under the stepper stands before each line, tells where it waits, and knows nothing."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from waiting import wait_for

from lab.hosts.agent.stepper.lanes import EXPIRE, GO, REFUSED
from lab.hosts.agent.stepping import _BOOT, MOST_LANES, Stepped
from lab.hosts.channel import stepping

News = dict[str, Any]

MOVES = ("stands", "ready")
"""What a lane tells of that waits for a token to move."""


class Program:
    """A stepped program on this machine."""

    def __init__(self, folder: Path, source: str) -> None:
        (folder / "a.py").write_text(source)
        boot = folder.parent / f"{folder.name}.boot"
        boot.write_text(_BOOT.format(modules=stepping()["inside"]))
        reading, events = os.pipe()
        pipes = [os.pipe() for _ in range(MOST_LANES)]
        its = [events, *(each for each, _ in pipes)]
        self.tokens = [each for _, each in pipes]
        words = [sys.executable, "-u", str(boot), ",".join(map(str, its)), "a.py", "one"]
        self.process = subprocess.Popen(
            words, cwd=folder, pass_fds=its, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for each in its:
            os.close(each)
        self._lines = os.fdopen(reading)
        self.printed = ""
        self.calls: list[str] = []

    def until(self, what: Callable[[News], bool]) -> News:
        """Return the first news of this kind; what is printed on the way is kept."""
        for line in self._lines:
            news: News = json.loads(line)
            if news["is"] == "prints":
                self.printed += news["text"]
            if news["is"] == "calls":
                self.calls.append(news["text"])
            if what(news):
                return news
        raise AssertionError("the program has ended")

    def stands(self, line: int, lane: int = 0, *, only: int | None = None) -> News:
        """Go on to a line, from line to line; of several lanes ``only`` this one moves."""
        while True:
            news = self.until(lambda each: each["is"] in MOVES)
            if (news.get("line"), news["lane"]) == (line, lane):
                return news
            if only in (None, news["lane"]):
                self.go(news["lane"])

    def all_of(self, *wanted: tuple[str, int]) -> None:
        """Go on until all of this has been told, in any order."""
        due = set(wanted)
        while due:
            news = self.until(lambda each: (each["is"], each["lane"]) in due)
            due.discard((news["is"], news["lane"]))

    def go(self, lane: int = 0, token: bytes = GO) -> None:
        os.write(self.tokens[lane], token)

    def end(self) -> tuple[int, str, str]:
        """Let it go to its end, and return its status and what it wrote."""
        for line in self._lines:
            news: News = json.loads(line)
            if news["is"] == "calls":
                self.calls.append(news["text"])
            if news["is"] in MOVES:
                self.go(news["lane"])
        out, err = self.process.communicate(timeout=20)
        return self.process.returncode, out.decode(), err.decode()


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Callable[[str], Program]]:
    begun: list[Program] = []
    (tmp_path / "run").mkdir()

    def begin(source: str) -> Program:
        begun.append(Program(tmp_path / "run", source))
        return begun[-1]

    yield begin
    for each in begun:
        each.process.kill()
        each.process.communicate()
        each._lines.close()
        for token in each.tokens:
            os.close(token)


def test_a_function_that_ends_tells_the_line_that_goes_on_also_where_a_library_called_it(
    program: Callable[[str], Program],
) -> None:
    began = program("def key(word):\n    return len(word)\n\nwords = sorted(['a'], key=key)\n")
    began.stands(2)
    began.go()
    back = began.until(lambda each: each["is"] == "returns")
    assert (back["file"], back["line"], back["function"]) == ("a.py", 4, "<module>")


def test_a_coroutine_that_waits_is_at_its_own_line(program: Callable[[str], Program]) -> None:
    main = "async def main():\n    await asyncio.sleep(0.01)\n"
    began = program(f"import asyncio\n\n{main}\nasyncio.run(main())\n")
    began.stands(4)
    began.go()
    assert began.until(lambda each: each["is"] in ("returns", "waits"))["is"] == "waits"


def test_it_stands_before_each_line_and_shows_the_variables(
    program: Callable[[str], Program],
) -> None:
    stepped = program("a = 1\nb = [a, 'x']\n\ndef f(n):\n    return n + 1\n\nc = f(a)\nprint(c)\n")
    assert stepped.stands(1)["variables"] == {}
    stepped.go()
    assert stepped.stands(2)["variables"] == {"a": "1"}
    stepped.go()
    inside = stepped.stands(5)
    assert (inside["function"], inside["depth"], inside["variables"]) == ("f", 2, {"n": "1"})
    stepped.go()
    assert stepped.stands(8)["variables"] == {"a": "1", "b": "[1, 'x']", "c": "2"}
    stepped.go()
    assert stepped.end() == (0, "2\n", "")


def test_it_finds_itself_as_without_a_stepper(program: Callable[[str], Program]) -> None:
    stepped = program(
        "import os, socket, sys\n"
        "print(__name__, sys.argv, os.path.basename(__file__), socket.socket().fileno())\n"
        "print([each for each in sys.modules if each.startswith('lab')])\n"
        "print(sys.path[0] == os.getcwd())\n"
    )
    assert stepped.end()[:2] == (0, "__main__ ['a.py', 'one'] a.py 3\n[]\nTrue\n")


def test_a_crash_is_told_as_without_a_stepper(program: Callable[[str], Program]) -> None:
    status, _, err = program("def f():\n    1 / 0\nf()\n").end()
    assert status == 1
    assert "stepper" not in err
    assert "bdb" not in err
    assert err.endswith("ZeroDivisionError: division by zero\n")
    assert err.count("File ") == 2


def test_calls_on_sockets_are_told_with_what_they_were_given_and_returned(
    program: Callable[[str], Program],
) -> None:
    stepped = program(
        "import socket\n"
        "with socket.create_server(('127.0.0.1', 0)) as listener:\n"
        "    one = socket.create_connection(listener.getsockname())\n"
        "    other, _ = listener.accept()\n"
        "one.sendall(b'hi')\n"
        "print(other.recv(9))\n"
        "one.shutdown(socket.SHUT_WR)\n"
        "try:\n    one.recv(9, socket.MSG_DONTWAIT)\nexcept BlockingIOError:\n    pass\n"
    )
    assert stepped.end()[:2] == (0, "b'hi'\n")
    told = [re.sub(r"\d{3,}", "port", each) for each in stepped.calls]
    assert told == [
        "bind(('port.0.0.1', 0))",
        "listen()",
        "connect(('port.0.0.1', port))",
        "accept() → ('port.0.0.1', port)",
        "sendall(b'hi')",
        "recv(9) → b'hi'",
        "shutdown(1)",
        "recv(9, MSG_DONTWAIT) → BlockingIOError",
    ]


def test_what_wakes_an_event_loop_is_of_no_network_and_not_told(
    program: Callable[[str], Program],
) -> None:
    stepped = program(
        "import socket\none, other = socket.socketpair()\none.send(b'x')\nprint(other.recv(9))\n"
    )
    assert stepped.end()[:2] == (0, "b'x'\n")
    assert stepped.calls == []


def test_an_exit_status_is_the_program_s_own(program: Callable[[str], Program]) -> None:
    assert program("import sys\nsys.exit(7)\n").end()[0] == 7


PAIR = "import select, socket, time\na, b = socket.socketpair()\n"


@pytest.mark.parametrize(
    ("line", "call", "seconds", "printed"),
    [
        ("a.settimeout(9); a.recv(5)", "recv", 9.0, "TimeoutError timed out"),
        ("print(select.select([a], [], [], 9))", "select", 9.0, "([], [], [])"),
        ("time.sleep(900); print('slept')", "sleep", 900.0, "slept"),
        ("p = select.poll(); p.register(a, 1); print(p.poll(9000))", "poll", 9.0, "[]"),
        ("e = select.epoll(); e.register(a, 1); print(e.poll(9))", "epoll_wait", 9.0, "[]"),
        ("socket.setdefaulttimeout(8); p = socket.socketpair(); p[0].recv(5)", "recv", 8.0, "out"),
    ],
)
def test_a_timeout_runs_out_when_the_lab_says_so(
    program: Callable[[str], Program], line: str, call: str, seconds: float, printed: str
) -> None:
    tried = f"try:\n    {line}\nexcept OSError as error:\n    print(type(error).__name__, error)\n"
    stepped = program(PAIR + tried)
    stepped.stands(4)
    stepped.go()
    waits = stepped.until(lambda news: news["is"] == "waits")
    assert (waits["call"], waits["seconds"]) == (call, seconds)
    stepped.go(token=EXPIRE)
    assert printed in stepped.end()[1]


def test_clocks_stand_and_jump_when_a_wait_runs_out(program: Callable[[str], Program]) -> None:
    stepped = program(
        "import asyncio, time\na = time.time(), time.monotonic()\nasyncio.run(asyncio.sleep(900))\n"
        "print(*(round(now - then) for now, then in zip((time.time(), time.monotonic()), a)))\n"
    )
    stepped.stands(3)
    stepped.go()
    waits = stepped.until(lambda news: news["is"] == "waits" and news["seconds"] is not None)
    assert (waits["call"], round(waits["seconds"])) == ("epoll_wait", 900)
    stepped.go(token=EXPIRE)
    assert stepped.end()[1] == "900 900\n"


def test_what_arrives_ends_the_waiting(program: Callable[[str], Program]) -> None:
    stepped = program(
        f"{PAIR}import threading\nt = threading.Thread(target=lambda: b.send(b'hi'))\n"
        "t.start()\na.settimeout(60)\nprint(a.recv(5), a.gettimeout(), a.timeout)\n"
    )
    assert stepped.end()[1] == "b'hi' 60.0 60.0\n"


def test_what_has_come_is_received_when_the_lab_says_so_and_then_all_of_it(
    program: Callable[[str], Program],
) -> None:
    stepped = program(
        f"{PAIR}import threading\ndef f():\n    b.send(b'one'); b.send(b'two')\n"
        "t = threading.Thread(target=f)\nt.start()\nprint(a.recv(50))\n"
    )
    stepped.stands(8, only=0)
    stepped.go()
    stepped.until(lambda each: (each["is"], each["lane"]) == ("waits", 0))
    stepped.go(1)
    stepped.all_of(("ready", 0), ("ended", 1))
    stepped.go()
    assert stepped.end()[1] == "b'onetwo'\n"


def test_what_another_thread_has_taken_is_waited_for_again(
    program: Callable[[str], Program],
) -> None:
    stepped = program(
        f"{PAIR}import threading\ngot = []\ndef f():\n    got.append(a.recv(1))\n"
        "t = [threading.Thread(target=f) for _ in 'ab']\nt[0].start(); t[1].start()\n"
        "b.send(b'x')\nb.send(b'y')\nt[0].join(); t[1].join()\nprint(got)\n"
    )
    stepped.stands(9, only=0)
    stepped.go(1)
    stepped.go(2)
    stepped.all_of(("waits", 1), ("waits", 2))
    stepped.go()
    stepped.all_of(("ready", 1), ("ready", 2))
    stepped.go(1)
    stepped.all_of(("ended", 1))
    stepped.go(2)
    stepped.all_of(("waits", 2))
    stepped.go()
    assert stepped.end()[1] == "[b'x', b'y']\n"


def test_clocks_show_the_same_each_time(program: Callable[[str], Program]) -> None:
    source = "import time\nprint(time.monotonic(), time.perf_counter(), time.time() % 1)\n"
    assert program(source).end()[1] == program(source).end()[1]


def test_a_socket_that_does_not_block_does_not_wait(program: Callable[[str], Program]) -> None:
    stepped = program(
        f"{PAIR}a.setblocking(False)\n"
        "try:\n    a.recv(1)\nexcept BlockingIOError:\n    print('no')\n"
    )
    assert stepped.end()[:2] == (0, "no\n")


def test_each_thread_is_a_lane_of_its_own(program: Callable[[str], Program]) -> None:
    stepped = program(
        "import threading\ndef f():\n    x = 1\n    print('in it')\n"
        "t = threading.Thread(target=f)\nt.start()\nt.join()\n"
    )
    seen: dict[int, list[int]] = {}
    for _ in range(30):
        news = stepped.until(lambda each: each["is"] in ("stands", "ended"))
        if news["is"] == "ended":
            break
        seen.setdefault(news["lane"], []).append(news["line"])
        stepped.go(news["lane"])
    assert seen[1][:2] == [3, 4]
    assert set(seen) == {0, 1}


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("import os\nos.fork()\n", "it forks"),
        (
            "import threading, time\nfor _ in range(40):\n"
            "    threading.Thread(target=time.sleep, args=(99,), daemon=True).start()\n",
            f"more than {MOST_LANES} threads",
        ),
    ],
)
def test_a_program_with_more_than_can_be_followed_is_refused_with_the_reason(
    program: Callable[[str], Program], source: str, why: str
) -> None:
    stepped = program(source)
    found = None
    while found is None:
        news = stepped.until(lambda each: each["is"] in ("stands", "refused"))
        if news["is"] == "refused":
            found = news["why"]
        else:
            stepped.go(news["lane"])
    assert why in found
    assert stepped.process.wait(20) == REFUSED


def test_no_code_of_the_program_s_own_is_run_to_show_a_variable(
    program: Callable[[str], Program],
) -> None:
    stepped = program("class A:\n    def __repr__(self):\n        print('asked')\na = A()\nb = 1\n")
    assert stepped.stands(5)["variables"] == {"a": "<A>"}
    stepped.go()
    assert stepped.end()[1] == ""


class Teller:
    """Tells an agent's side of a stepped program what the program would."""

    def __init__(self) -> None:
        reading, self._writing = os.pipe()
        self.stepped = Stepped(reading, [])
        self._told = 0

    def tell(self, what: str, lane: int = 0, **about: object) -> None:
        """Tell something, and wait until it has been taken."""
        os.write(self._writing, json.dumps({"is": what, "lane": lane, **about}).encode() + b"\n")
        self._told += 1
        wait_for(what, lambda: self.look()["told"] == self._told)

    def end(self) -> None:
        """End, as a program does whose pipe is closed."""
        os.close(self._writing)
        wait_for("the end", lambda: self.look()["told"] > self._told)

    def look(self) -> dict[str, Any]:
        return self.stepped.look(NOBODY)


NOBODY = 1 << 30
"""A number that no process has."""


def test_a_thread_that_was_started_runs_until_it_tells_of_itself() -> None:
    program = Teller()
    program.tell("waits", call="join", seconds=None)
    assert not program.look()["others_run"]
    program.tell("starts", new=1)
    program.tell("starts", new=2)
    program.tell("prints", text="hello", stream="stdout")
    assert program.look()["others_run"]
    program.tell("runs", lane=1, tid=NOBODY)
    assert program.look()["others_run"]
    program.tell("cannot start", new=2)
    assert not program.look()["others_run"]
    program.tell("starts", new=3)
    program.end()
    assert not program.look()["others_run"]


def test_a_thread_that_cannot_be_started_is_told_as_such(
    program: Callable[[str], Program],
) -> None:
    began = program(
        "import threading\ndef refuse(*words, **more):\n    raise RuntimeError('no more threads')\n"
        "threading._start_new_thread = threading._start_joinable_thread = refuse\n"
        "threading.Thread(target=print).start()\n"
    )
    began.stands(5)
    began.go()
    started = began.until(lambda each: each["is"] == "starts")
    began.stands(3)
    began.go()
    refused = began.until(lambda each: each["is"] == "cannot start")
    assert refused["new"] == started["new"]
