"""A moment at which a socket was in another state than before."""

from __future__ import annotations

from dataclasses import dataclass


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
