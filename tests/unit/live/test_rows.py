"""Which sockets of a host began to wait for others, and until when, as rows tell it."""

from __future__ import annotations

from typing import Any

from lab.live.rows import MOST, Rows
from lab.observation.host import HostObservation
from lab.wire.address import Address, Family

LISTEN, CLOSE, ESTABLISHED, GONE = 10, 7, 1, 0
HOST = HostObservation("server", {Family.IPV4: "10.77.0.20"})


def row(
    time_ns: int, port: int, state: int, *, protocol: str = "tcp", remote: int = 0, inode: int = 1
) -> list[Any]:
    peer = "10.77.0.10" if remote else "0.0.0.0"
    return [time_ns, protocol, "10.77.0.20", port, peer, remote, state, 0, 0, 1000, inode, None]


def told(rows: Rows) -> list[tuple[int, str, int | None]]:
    return [(each.time_ns, each.state, each.until_ns) for each in rows.listeners(HOST)]


def test_a_socket_that_begins_to_listen_is_told_and_until_when_it_did() -> None:
    rows = Rows()
    rows.add("server", [row(5, 80, LISTEN, inode=7), row(9, 15000, LISTEN)])
    assert told(rows) == [(9, "LISTEN", None)]
    rows.add("server", [row(20, 15000, GONE)])
    assert told(rows) == [(9, "LISTEN", 20)]


def test_a_socket_that_listens_is_not_forgotten_for_others_that_come_and_go() -> None:
    rows = Rows()
    rows.add("server", [row(5, 80, LISTEN, inode=7), row(9, 15000, LISTEN)])
    many = [row(10 + at, 15000, ESTABLISHED, remote=40_000 + at) for at in range(3 * MOST)]
    rows.add("server", many)
    assert told(rows) == [(9, "LISTEN", None)]
    assert len(rows.samples("server")) == MOST


def test_a_connection_that_is_gone_is_told_once() -> None:
    rows = Rows()
    rows.add("server", [row(5, 15000, ESTABLISHED, remote=40_000)])
    assert list(rows.gone()) == []
    rows.add("server", [row(70, 15000, GONE, remote=40_000), row(70, 15000, GONE)])
    (note,) = rows.gone()
    ends = frozenset((Address("10.77.0.20", 15000), Address("10.77.0.10", 40_000)))
    assert (note.time_ns, note.state, note.socket) == (70, "CLOSED", ("tcp", ends))
    assert list(rows.gone()) == []


def test_of_udp_only_ports_that_a_program_chose_are_told() -> None:
    rows = Rows()
    rows.add("server", [row(5, 80, LISTEN, inode=7)])
    rows.add("server", [row(9, 9999, CLOSE, protocol="udp", inode=2)])
    rows.add("server", [row(9, 45_000, CLOSE, protocol="udp", inode=3)])
    assert told(rows) == [(9, "BOUND", None)]


def test_what_a_stream_that_begins_anew_finds_was_there_before() -> None:
    rows = Rows()
    rows.add("server", [row(5, 80, LISTEN, inode=7), row(9, 15000, LISTEN)])
    rows.forget("server")
    rows.add("server", [row(30, 80, LISTEN, inode=7), row(30, 15000, LISTEN)])
    assert told(rows) == []
