"""What is said of a server that ended while the run waited until it listened."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from lab.observation.calls.call import Call, Socket
from lab.observation.calls.trace import read
from lab.observation.unkept import clause, listened, short
from lab.wire.address import Address, Service, Tcp, Udp


@pytest.mark.parametrize(
    ("promised", "seen", "said", "in_short"),
    [
        ([Tcp(80)], [], "it ended before it listened on TCP 80", "ended before it listened"),
        ([], [], "it ended before any client was started", "ended before it listened"),
        ([Tcp(80)], [Tcp(80)], "it listened on TCP 80, and ended at once", "ended at once"),
        ([], [Udp(53)], "it listened on UDP 53, and ended at once", "ended at once"),
        (
            [Tcp(80), Tcp(81)],
            [Tcp(81), Udp(9)],
            "it listened on TCP 81 and UDP 9, and ended before it listened on TCP 80",
            "ended at once",
        ),
    ],
)
def test_what_a_server_listened_on_is_told_with_its_end(
    promised: list[Service], seen: list[Service], said: str, in_short: str
) -> None:
    assert clause(promised, seen) == said
    assert short(said) == in_short


def made(
    name: str, protocol: Literal["tcp", "udp", ""], port: int | None, error: str | None = None
) -> Call:
    local = None if port is None else Address("0.0.0.0", port)
    socket = Socket(1, protocol, local)
    return Call(name, (), None if error else 0, error, 1, 2, 7, 7, socket)


def test_a_server_s_calls_tell_what_it_listened_on() -> None:
    calls = [
        made("bind", "tcp", 80),
        made("listen", "tcp", 80),
        made("listen", "tcp", 80),
        made("bind", "tcp", 81),  # never listened
        made("listen", "tcp", 82, "EADDRINUSE"),
        made("listen", "tcp", None),
        made("bind", "udp", 53),
        made("bind", "udp", 54, "EADDRINUSE"),
        made("connect", "udp", 55),
        made("bind", "", 56),
        Call("write", (), 1, None, 1, 2, 7, 7),
    ]
    assert listened(calls) == [Udp(53), Tcp(80)]


def test_what_a_program_listened_on_stands_in_its_trace() -> None:
    trace = Path(__file__).parent / "traces" / "threads.strace"
    assert listened(read(trace.read_text()).calls) == [Tcp(15999)]
