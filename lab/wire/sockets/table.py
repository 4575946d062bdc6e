"""The sockets of a host at one moment, as values, and a socket's states over many moments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
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
    "parse_netstat",
    "parse_proc",
    "parse_ss",
    "samples",
    "state_changes",
]

Row = Sequence[Any]
"""time_ns, protocol, local ip and port, remote ip and port, state number, both queues in bytes;
then, where they are known, uid, inode, and whether it takes IPv6 only."""

WILDCARDS = {"0.0.0.0", "::"}  # noqa: S104 - the name of "any address", nothing is bound to it


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
    """A host's socket table as read at ``time_ns`` (epoch nanoseconds)."""

    time_ns: int
    entries: tuple[SocketEntry, ...] = ()


def samples(rows: Iterable[Row], times: Iterable[int] = ()) -> tuple[Sample, ...]:
    """Return the samples that rows of one socket each make up, in order of time.

    ``times`` are the moments at which the table was read. An empty table has no rows, and is in
    the samples only where its moment is given.
    """
    by_time: dict[int, tuple[SocketEntry, ...]] = dict.fromkeys(times, ())
    for time_ns, group in groupby(sorted(rows, key=lambda row: row[0]), lambda row: row[0]):
        by_time[time_ns] = tuple(_entry(row) for row in group)
    return tuple(Sample(time_ns, entries) for time_ns, entries in sorted(by_time.items()))


def state_changes(
    samples: Iterable[Sample],
    local: Address,
    remote: Address | None = None,
    *,
    protocol: str = "tcp",
) -> list[StateChange]:
    """Return the states in which the samples show one socket, each with when it was seen last.

    With ``remote`` None it is the socket that listens on (UDP: is bound to) the local port, at
    that address or at any. A socket that disappears from the table is in state CLOSE from the
    first sample on that lacks it; one that was never there has no states.
    """
    changes: list[StateChange] = []
    for sample in samples:
        entry = _find(sample, local, remote, protocol)
        if entry is None and not changes:
            continue
        state = entry.state if entry else "CLOSE"
        time_ns = sample.time_ns
        if changes and changes[-1].state == state:
            time_ns = changes.pop().time_ns
        changes.append(StateChange(time_ns, state, seen=True, last_ns=sample.time_ns))
    return changes


def _find(
    sample: Sample, local: Address, remote: Address | None, protocol: str
) -> SocketEntry | None:
    for entry in sample.entries:
        if entry.protocol != protocol or entry.remote != remote:
            continue
        if entry.local == local or (
            remote is None and entry.local.port == local.port and entry.local.ip in WILDCARDS
        ):
            return entry
    return None


def _entry(row: Row) -> SocketEntry:
    _, protocol, local_ip, local_port, remote_ip, remote_port, state, *more = row
    remote = Address(plain(remote_ip), remote_port) if remote_port else None
    local = Address(plain(local_ip), local_port)
    transport = protocol.rstrip("6")
    return SocketEntry(transport, local, remote, state_name(state, transport), *more)
