"""Which of the lines that can have made a call the order of the calls leaves."""

from __future__ import annotations

from dataclasses import replace

from lab.observation.calls.call import Call, Socket
from lab.observation.source_lines.call_sites import located

CLIENT = """import socket

with socket.create_connection(("server", 15000)) as connection:
    connection.sendall(b"hello")
    print(connection.recv(100))
    print(connection.recv(100))
    print(connection.recv(100))
"""

ENDLESS = """import socket

with socket.create_connection(("server", 15000)) as connection:
    print(connection.recv(100))
    while connection.recv(100):
        connection.sendall(b"more")
        connection.recv(1)
    connection.recv(2)
"""


def call(name: str, *, error: str | None = None, thread: int = 7, length: int = 0) -> Call:
    given = (b"x" * 300,) if name == "send" else ()
    return Call(name, given, 0, error, 1, 2, 7, thread, Socket(1, "tcp"), length=length)


def lines(source: str, *made: Call | str) -> list[tuple[int, ...]]:
    calls = [call(each) if isinstance(each, str) else each for each in made]
    return [each.lines for each in located(calls, source.encode())]


def test_as_many_calls_as_lines_that_run_once_are_each_of_one() -> None:
    opened = ["socket", "connect", "send"]
    assert lines(CLIENT, *opened, "recv", "recv", "recv") == [*[(3,)] * 2, (4,), (5,), (6,), (7,)]


def test_of_fewer_calls_each_may_be_of_as_many_lines_as_were_not_reached() -> None:
    assert lines(CLIENT, "recv", "recv") == [(5, 6), (6, 7)]
    assert lines(CLIENT, "recv") == [(5, 6, 7)]


def test_a_call_that_failed_was_perhaps_made_again_by_the_same_line() -> None:
    again = call("recv", error="EAGAIN")
    assert lines(CLIENT, again, "recv", "recv", "recv") == [(5,), (5,), (6,), (7,)]


def test_a_line_that_sends_piece_by_piece_may_make_several_calls() -> None:
    two = CLIENT.replace('b"hello")\n', 'b"hello")\n    connection.sendall(rest)\n')
    begun = call("send", length=100)
    assert lines(two, begun, call("send"), call("send")) == [(4, 5)] * 3


def test_a_loop_runs_again_and_all_in_it_in_any_order() -> None:
    assert lines(ENDLESS, "recv", "recv", "recv", "send", "recv") == [
        (4, 5, 7),
        (5, 7),
        (5, 7),
        (6,),
        (5, 7, 8),
    ]


def test_a_call_tells_what_was_over_before_it() -> None:
    assert lines(ENDLESS, "send", "recv") == [(6,), (5, 7, 8)]
    assert lines(
        CLIENT.replace(
            "recv(100))\n    print", "recv(100))\n    connection.sendall(rest); print", 1
        ),
        "recv",
        "recv",
    ) == [(5, 6), (6, 7)]


def test_a_function_may_be_called_at_any_time() -> None:
    told = "def hear(it):\n    return it.recv(9)\n"
    assert lines(CLIENT + told, "recv", "send", "recv") == [(9,), (4,), (5, 6, 7, 9)]


def test_a_thread_runs_functions_only() -> None:
    told = "def hear(it):\n    return it.recv(9)\n"
    assert lines(CLIENT + told, call("recv", thread=8)) == [(9,)]


def test_within_one_statement_the_order_is_not_that_of_the_lines() -> None:
    nested = CLIENT.replace('sendall(b"hello")', "sendall(\n        connection.recv(1))")
    assert lines(nested, "recv", "send", "recv")[:2] == [(5,), (4,)]


def test_calls_that_no_order_explains_keep_all_their_lines() -> None:
    assert lines(CLIENT, *["recv"] * 4) == [(5, 6, 7)] * 4
    assert lines(CLIENT, "recv", "connect") == [(5, 6, 7), (3,)]


def test_a_child_goes_on_in_the_middle_of_the_module() -> None:
    child = [replace(call("recv", thread=9), pid=9) for _ in range(2)]
    assert lines(CLIENT, "connect", *child) == [(3,), (5, 6), (6, 7)]
