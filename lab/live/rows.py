"""What the socket tables of hosts told: the last rows of each, and which sockets wait for others.

Rows of sockets that wait are kept apart: one may listen for hours while others come and go.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from typing import Any

from lab.observation.host import HostObservation
from lab.story.timeline.listeners import ENGINES_RESOLVER, FIRST_EPHEMERAL, note_of
from lab.story.timeline.note import Note
from lab.wire.sockets.table import GONE, Sample, entry, samples, waiting

MOST = 400
"""Rows that are kept of each host, and as many again of its sockets that wait."""

Row = list[Any]
"""A time (epoch nanoseconds), then what :data:`lab.wire.sockets.table.Row` says."""


def _rows() -> deque[Row]:
    return deque(maxlen=MOST)


class Rows:
    """The last rows of all hosts. For one thread."""

    def __init__(self) -> None:
        self._connected: dict[str, deque[Row]] = defaultdict(_rows)
        self._waiting: dict[str, deque[Row]] = defaultdict(_rows)
        self._first_ns: dict[str, int] = {}
        self._gone: list[tuple[str, Row]] = []

    def add(self, host: str, rows: Iterable[Row]) -> None:
        """Take in rows of a host, in order of time."""
        for row in rows:
            time_ns, protocol, _, _, _, remote_port, *_ = row
            self._first_ns.setdefault(host, time_ns)
            if protocol.rstrip("6") in ("tcp", "udp"):
                (self._connected if remote_port else self._waiting)[host].append(row)
                if remote_port and row[6] == GONE and protocol.rstrip("6") == "tcp":
                    self._gone.append((host, row))

    def forget(self, host: str) -> None:
        """Forget a host's rows: its stream has begun anew, with all that there is."""
        for each in (self._connected, self._waiting, self._first_ns):
            each.pop(host, None)

    def samples(self, host: str) -> tuple[Sample, ...]:
        """Return what the kept rows of a host's connections make up."""
        return samples((time_ns, row) for time_ns, *row in self._connected.get(host, ()))

    def gone(self) -> Iterator[Note]:
        """Yield when a connection was gone from its host's table, since this was asked for last.

        The kernel keeps one that was closed for a minute (RFC 9293, 3.3.2): by then what crossed
        is out of the window.
        """
        gone, self._gone = self._gone, []
        for host, (time_ns, *row) in gone:
            seen = entry(row)
            name = (seen.protocol, frozenset((seen.local, seen.remote)))
            yield Note(
                time_ns,
                host,
                "CLOSED",
                "state",
                style="green",
                socket=name,
                state="CLOSED",
            )

    def listeners(self, host: HostObservation) -> Iterator[Note]:
        """Yield when sockets of a host began to wait for others, since it is watched.

        Those that waited before are not told; nor are UDP's whose port the kernel chose.
        """
        rows = self._waiting.get(host.name, ())
        for each in waiting(samples((time_ns, row) for time_ns, *row in rows)):
            local = each.socket.local
            server = each.socket.protocol == "tcp" or (local.port or 0) < FIRST_EPHEMERAL
            if (
                server
                and local.ip != ENGINES_RESOLVER
                and each.began_ns > self._first_ns[host.name]
            ):
                yield note_of(host, each)
