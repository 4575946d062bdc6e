"""The changes of single sockets, as a tap reports them, add up to socket tables."""

from __future__ import annotations

from lab.hosts.agent.sockets import GONE, LISTEN
from lab.runner.taps import _samples
from lab.wire.sockets.table import SocketEntry, table_at

ESTABLISHED, TIME_WAIT = 1, 6


def change(
    time_ns: int,
    state: int,
    *,
    local: str = "::",
    remote: tuple[str, int] = ("::", 0),
    inode: int = 1,
    v6only: bool | None = None,
) -> tuple[object, ...]:
    ends = (local, 80, *remote)
    return (time_ns, "tcp", *ends, state, 0, 0, 1000, inode, v6only)


def tables(*changes: tuple[object, ...]) -> list[list[SocketEntry]]:
    """Return the socket table at the moment of each sample."""
    samples = _samples(list(changes), 1)
    return [table_at(samples, each.time_ns) for each in samples]


def told(*changes: tuple[object, ...]) -> list[list[tuple[str, str, bool | None]]]:
    return [[(str(e.local), e.state, e.v6only) for e in each] for each in tables(*changes)]


def test_a_table_says_of_a_listener_whether_it_takes_ipv4() -> None:
    for v6only in (None, True, False):
        assert told(change(1, LISTEN, v6only=v6only)) == [[("[::]:80", "LISTEN", v6only)]]


def test_two_sockets_that_listen_on_one_port_are_both_in_the_table_until_each_is_closed() -> None:
    changes = [change(1, LISTEN), change(2, LISTEN, inode=2), change(3, GONE)]
    assert [[entry.inode for entry in each] for each in tables(*changes)] == [
        [1],
        [1, 2],
        [2],
    ]


def test_a_connection_is_one_socket_whatever_becomes_of_its_inode() -> None:
    peer, own = ("10.0.0.1", 40000), "10.0.0.2"
    changes = [
        change(1, ESTABLISHED, local=own, remote=peer, inode=7),
        change(2, TIME_WAIT, local=own, remote=peer, inode=0),
    ]
    assert told(*changes) == [
        [(f"{own}:80", "ESTABLISHED", None)],
        [(f"{own}:80", "TIME_WAIT", None)],
    ]


def test_a_host_without_any_socket_has_a_table_all_the_same_which_is_empty() -> None:
    assert told() == [[]]
    assert told(change(5, LISTEN)) == [[], [("[::]:80", "LISTEN", None)]]
