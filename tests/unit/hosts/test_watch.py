"""What listens is read where it may have changed: to read costs more than to count."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from lab.hosts.agent import watch
from lab.hosts.agent.sockets import GONE, LISTEN, Entry, Table
from lab.hosts.agent.watch import Watch

UNCONNECTED = 7
"""The kernel's number for a UDP socket without another end (TCP_CLOSE)."""

COUNTED = "sockets: used {used}\nTCP: inuse {tcp} orphan 0 tw {tw} alloc 137 mem 0\nUDP: inuse 1\n"

EVERY_NS = 4_000_000
"""How often a watch looks, unless it is told."""


class Counter:
    """A kernel's counts, and how often what listens is read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.reads = 0
        self.says()

    def says(self, used: int = 5, tcp: int = 2, tw: int = 0) -> None:
        """Have the kernel count so many sockets."""
        self.path.write_text(COUNTED.format(used=used, tcp=tcp, tw=tw))


@pytest.fixture
def counter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Counter:
    """Give a counter of which the test knows what it says."""
    counter = Counter(tmp_path / "sockstat")

    def listening(_: Table) -> list[Entry]:
        counter.reads += 1
        return []

    monkeypatch.setattr(Table, "listening", listening)
    monkeypatch.setattr(watch, "COUNTERS", (counter.path,))
    return counter


@pytest.fixture
def watched() -> Iterator[Watch]:
    """Give a watch, before its first tick."""
    with closing(Watch()) as watched:
        yield watched


def soon(number: int) -> int:
    """Return a moment at which the tick of this number is due, long before all is stale."""
    return 10**9 + number * EVERY_NS


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have each look take no time, as the ticks' own clock has it."""
    monkeypatch.setattr(time, "time_ns", lambda: 0)


@pytest.mark.usefixtures("at_once")
def test_what_listens_is_read_again_when_the_kernel_counts_other_sockets(
    counter: Counter, watched: Watch
) -> None:
    watched.tick(soon(0))
    watched.tick(soon(1))
    counter.says(tw=9)  # of the whole machine
    watched.tick(soon(2))
    assert counter.reads == 1
    counter.says(used=6, tcp=3)
    watched.tick(soon(3))
    assert counter.reads == 2
    watched.tick(soon(4))
    assert counter.reads == 2
    counter.says(used=6, tcp=2)
    watched.tick(soon(5))
    assert counter.reads == 3


@pytest.mark.usefixtures("at_once")
def test_what_listens_is_read_again_when_a_frame_has_passed_also_between_two_looks(
    counter: Counter, watched: Watch
) -> None:
    watched.tick(soon(0))
    watched.tick(soon(1) - 1, stirred=True)
    assert counter.reads == 1
    watched.tick(soon(1))
    assert counter.reads == 2
    watched.tick(soon(2), at_once=True)
    assert counter.reads == 3


@pytest.mark.usefixtures("at_once")
def test_what_listens_is_read_again_after_a_while_also_where_the_clock_is_set_back(
    counter: Counter, watched: Watch
) -> None:
    watched.tick(soon(0))
    watched.tick(soon(0) + Watch.UNSTIRRED_NS)
    assert counter.reads == 2
    watched.tick(soon(0) - 2 * Watch.LONGEST_NS)
    assert counter.reads == 3


@pytest.mark.usefixtures("at_once")
def test_where_the_kernel_does_not_count_what_listens_is_read_at_each_look(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "COUNTERS", (counter.path.with_name("nothing"),))
    with closing(Watch()) as watched:
        for number in range(3):
            watched.tick(soon(number))
    assert counter.reads == 3


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
@pytest.mark.parametrize(
    ("family", "address"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")]
)
def test_a_socket_that_opens_or_closes_in_silence_is_seen_at_the_next_look(
    monkeypatch: pytest.MonkeyPatch,
    watched: Watch,
    kind: socket.SocketKind,
    family: socket.AddressFamily,
    address: str,
) -> None:
    monkeypatch.setattr(Watch, "UNSTIRRED_NS", 10**18)
    now_ns = time.time_ns()
    watched.tick(now_ns)
    with socket.socket(family, kind) as server:
        server.bind((address, 0))
        if kind is socket.SOCK_STREAM:
            server.listen()
        port = server.getsockname()[1]
        watched.tick(now_ns + Watch.LONGEST_NS)
    watched.tick(now_ns + 2 * Watch.LONGEST_NS)
    port_at, state_at = (1 + Entry._fields.index(name) for name in ("local_port", "state"))
    seen = [row[state_at] for row in watched.samples if row[port_at] == port]
    assert seen == [LISTEN if kind is socket.SOCK_STREAM else UNCONNECTED, GONE]


def test_a_known_socket_is_looked_at_as_often_as_is_wanted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with closing(Watch(every=50)) as watched:
        looked: list[int] = []
        ahead = time.time_ns() + 10**9  # so no look takes any time
        monkeypatch.setattr(watched, "_may_listen_anew", looked.append)
        for now_ms in range(200):
            watched.tick(ahead + now_ms * 1_000_000)
    assert [now - ahead for now in looked] == [0, 50_000_000, 100_000_000, 150_000_000]
