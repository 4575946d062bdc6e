"""What taps give: captures within limits, and changes of sockets that add up to tables."""

from __future__ import annotations

from lab.hosts.agent.sockets import GONE, LISTEN
from lab.runner.taps import Limits, _captured, _samples
from lab.wire import pcap
from lab.wire.packet import decode
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


FILE = pcap.encode([decode(bytes(60), time_ns=number, number=number) for number in range(1, 31)])


def test_a_capture_that_is_full_says_so_and_shows_its_first_packets_only() -> None:
    limits = Limits(packets=30, shown=7)
    given = {"dropped": 0, "refused": 5, "unsampled": 0, "captures": {"card": FILE}}
    captures, problems = _captured("client", {"lan": "card"}, given, limits)
    assert len(captures["lan"].packets) == 7
    assert captures["lan"].dropped == 5
    assert problems == [
        "the tap at client keeps 30 packets or 64 MB, and 5 more crossed: a program sends too much"
    ]


def test_a_capture_within_its_limits_is_whole() -> None:
    given = {"dropped": 0, "refused": 0, "unsampled": 0, "captures": {"card": FILE}}
    captures, problems = _captured("client", {"lan": "card"}, given, Limits(packets=30, shown=7))
    assert len(captures["lan"].packets) == 30
    assert problems == []


def test_sockets_that_changed_more_often_than_is_kept_prove_nothing() -> None:
    given = {"dropped": 0, "refused": 0, "unsampled": 1200, "captures": {"card": FILE}}
    _, problems = _captured("client", {"lan": "card"}, given, Limits())
    assert problems == ["the sockets of client changed 1,200 times more often than is kept"]


def test_a_host_without_any_socket_has_a_table_all_the_same_which_is_empty() -> None:
    assert told() == [[]]
    assert told(change(5, LISTEN)) == [[], [("[::]:80", "LISTEN", None)]]
