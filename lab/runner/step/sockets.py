"""The sockets of a host at rest, as a step shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from lab.observation.steps.walk import SocketState
from lab.runner.taps import ENGINE_RESOLVER
from lab.wire.address import Address, Service
from lab.wire.sockets.table import SocketEntry, entry

LISTEN = 10
ENDED_BY_PEER = {"CLOSE_WAIT", "LAST_ACK", "CLOSING"}


def states(
    host: str, rows: Iterable[Sequence[Any]], names: Mapping[str, str]
) -> Iterator[SocketState]:
    """Yield what rows of the agent's socket table say; ``names`` are hosts by address."""
    for row in rows:
        socket = entry(row)
        ends = f":{socket.local.port}"
        if socket.remote is not None:
            remote = socket.remote
            ends += f" ↔ {names.get(remote.ip, Address(remote.ip))}:{remote.port}"
        state = socket.state if socket.protocol == "tcp" else ""
        unread, unsent = int(row[6]), int(row[7])
        if socket.state == "LISTEN":
            unsent = 0  # of a listener that is the length of its queue (sock_diag(7))
        elif socket.state in ENDED_BY_PEER and unread:
            unread -= 1  # the kernel counts the peer's FIN, which takes a sequence number
        yield SocketState(host, socket.protocol, ends, state, unread, unsent)


def has_daemons(sockets: Iterable[SocketEntry]) -> bool:
    """Return whether anything on a host waits to be called, before its programs are started."""
    return any(each.remote is None and each.local.ip != ENGINE_RESOLVER for each in sockets)


def listening(look: Mapping[str, Any], services: Iterable[Service]) -> bool:
    """Return whether a host listens on all of these."""
    there = {
        (row[0], row[2])
        for row in look["sockets"]
        if not row[4] and (row[0] == "udp" or row[5] == LISTEN)
    }
    return there.issuperset((service.protocol, service.port) for service in services)
