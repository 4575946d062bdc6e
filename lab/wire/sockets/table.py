"""What samples of a host's socket table showed: each change, as values, and sockets' states."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from lab.wire.address import Address
from lab.wire.sockets.parse import (
    SocketEntry,
    parse_netstat,
    parse_proc,
    parse_ss,
    plain,
    state_name,
)

__all__ = [
    "Sample",
    "SocketEntry",
    "Waiting",
    "entry",
    "identity",
    "parse_netstat",
    "parse_proc",
    "parse_ss",
    "samples",
    "state_changes",
    "table_at",
    "waiting",
]

Row = Sequence[Any]
"""protocol, local ip and port, remote ip and port, state number, both queues in bytes; then, where
they are known, uid, inode, and whether it takes IPv6 only."""

GONE = 0
"""The state number of a row that tells of a socket which is gone; the kernel has no such number."""

Ends = tuple[str, Address, Address | None]
"""A socket's protocol, its local and its remote address."""


@dataclass(frozen=True, slots=True)
class StateChange:
    """From ``time_ns`` (epoch nanoseconds) on, the socket was in ``state``.

    ``seen`` is True where a sample of the host's socket table showed the state, False where it
    only follows from the packets. ``last_ns`` is when a sample showed it last.
    """

    time_ns: int
    state: str
    seen: bool = False
    last_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """What a look at a host's sockets at ``time_ns`` (epoch nanoseconds) showed to have changed.

    ``entries`` are the sockets that are new, or differ from what an earlier sample showed; ``gone``
    are those that are no longer there, as they were shown last. All samples up to a moment add up
    to the socket table of that moment (:func:`table_at`).
    """

    time_ns: int
    entries: tuple[SocketEntry, ...] = ()
    gone: tuple[SocketEntry, ...] = ()


def samples(changes: Iterable[tuple[int, Row]]) -> tuple[Sample, ...]:
    """Return what changes of one socket each make up, in order of time.

    A change is its time and a row, whose state is GONE where the socket is no longer there.
    """
    now: dict[object, SocketEntry] = {}
    found = []
    for time_ns, group in groupby(sorted(changes, key=itemgetter(0)), itemgetter(0)):
        entries, gone = [], []
        for _, row in group:
            seen = entry(row)
            before = now.pop(identity(seen), None)
            if row[5] != GONE:
                now[identity(seen)] = seen
                entries.append(seen)
            elif before is not None:
                gone.append(before)
        found.append(Sample(time_ns, tuple(entries), tuple(gone)))
    return tuple(found)


def identity(socket: SocketEntry) -> object:
    """Return what names a socket among those of its host.

    Several may listen on one port (SO_REUSEPORT); a connection's inode changes.
    """
    inode = socket.inode if socket.remote is None else None
    return socket.protocol, socket.local, socket.remote, inode


def table_at(samples: Iterable[Sample], time_ns: int) -> list[SocketEntry]:
    """Return the socket table that samples up to a moment add up to."""
    now: dict[object, SocketEntry] = {}
    for sample in samples:
        if sample.time_ns > time_ns:
            break
        for each in sample.gone:
            now.pop(identity(each), None)
        now.update((identity(each), each) for each in sample.entries)
    return list(now.values())


@dataclass(frozen=True, slots=True)
class Waiting:
    """A socket that waited for whoever called: in LISTEN, or (UDP) without another end.

    Samples showed it from ``began_ns`` on. ``ended_ns`` is when one lacked it, None where the last
    one still shows it.
    """

    socket: SocketEntry
    began_ns: int
    ended_ns: int | None = None


def waiting(samples: Iterable[Sample]) -> Iterator[Waiting]:
    """Yield each socket that waited: those that were closed, then those that never were."""
    opened: dict[object, tuple[SocketEntry, int]] = {}
    for sample in samples:
        for each in sample.gone:
            if known := opened.pop(identity(each), None):
                yield Waiting(*known, sample.time_ns)
        for each in filter(_waits, sample.entries):
            opened.setdefault(identity(each), (each, sample.time_ns))
    for known in opened.values():
        yield Waiting(*known)


def _waits(socket: SocketEntry) -> bool:
    return socket.state == "LISTEN" if socket.protocol == "tcp" else socket.remote is None


def state_changes(samples: Iterable[Sample]) -> dict[Ends, list[StateChange]]:
    """Return the states in which the samples show each socket that has another end.

    A socket that is gone from the table is in state CLOSE from then on.
    """
    found: dict[Ends, list[StateChange]] = {}
    for sample in samples:
        told = [(each, "CLOSE") for each in sample.gone]
        told += [(each, each.state) for each in sample.entries]
        for each, state in told:
            if each.remote is None:
                continue
            changes = found.setdefault((each.protocol, each.local, each.remote), [])
            if not changes or changes[-1].state != state:
                changes.append(StateChange(sample.time_ns, state, seen=True))
    return found


def entry(row: Row) -> SocketEntry:
    """Return the socket that a row tells of."""
    protocol, local_ip, local_port, remote_ip, remote_port, state, *more = row
    remote = Address(plain(remote_ip), remote_port) if remote_port else None
    local = Address(plain(local_ip), local_port)
    transport = protocol.rstrip("6")
    return SocketEntry(transport, local, remote, state_name(state, transport), *more)
