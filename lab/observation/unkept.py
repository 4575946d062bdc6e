"""What a server did that ended while the run waited until it listened, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from lab.observation.calls.call import Call
from lab.wire.address import Service

_LISTENED = "it listened on "
_NOWHERE = "it ended before any client was started"


def clause(promised: Collection[Service], listened: Collection[Service]) -> str:
    """Say how a server has ended that ``listened`` somewhere, or nowhere, as a clause.

    Nothing is ``promised`` where the run was to find out where it listens.
    """
    missing = [each for each in promised if each not in listened]
    if not listened:
        return f"it ended before {_LISTENED}{_and(missing)}" if missing else _NOWHERE
    end = f"before {_LISTENED}{_and(missing)}" if missing else "at once"
    return f"{_LISTENED}{_and(listened)}, and ended {end}"


def short(unkept: str) -> str:
    """Return a :func:`clause` in a few words, for a narrow column."""
    return "ended at once" if unkept.startswith(_LISTENED) else "ended before it listened"


def listened(calls: Iterable[Call]) -> list[Service]:
    """Return the services that a program listened on by its calls (UDP: was bound to)."""
    found = {
        (call.socket.local.port, call.socket.protocol)
        for call in calls
        if call.error is None and call.result is not None and call.socket and call.socket.local
        if call.name == {"tcp": "listen", "udp": "bind"}.get(call.socket.protocol)
    }
    return [Service(port, protocol) for port, protocol in sorted(found) if port and protocol]


def _and(services: Iterable[Service]) -> str:
    return " and ".join(map(str, services))
