"""Waits until a program listens where it promised, or anywhere where nobody knows a port."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Sequence

from lab.hosts.host import Host
from lab.observation.unkept import clause
from lab.runner.pace import LISTEN_DEADLINE, SLICE, Pace
from lab.runner.stage_program import StageProgram
from lab.wire.address import Service
from lab.wire.sockets.table import SocketEntry

SETTLED = 0.1
"""Seconds after which a server that listens has opened all its sockets."""

SeeTo = Callable[[Callable[[], bool], float, StageProgram], bool]
"""Waits so many seconds for a condition, and has lines typed into programs meanwhile."""


def wait_listening(host: Host, started: StageProgram, pace: Pace) -> None:
    """Wait until a host listens where a program promised; stop it where it does not."""
    services = started.program.listens_on
    seconds = pace.to_listen(started.program)

    def listens() -> bool:
        return started.has_ended or set(services_of(host.sockets())) >= set(services)

    left = pace.left(listens, seconds, required=True)
    began = time.monotonic()
    outcome = host.wait_listening(services, started.running, left)
    while outcome == "deadline" and started.may_go_on(began, left):
        outcome = host.wait_listening(services, started.running, SLICE)
    _tell(started, outcome, services, _waited(began, seconds))


def wait_found(
    host: Host, started: StageProgram, pace: Pace, before: Collection[Service], see_to: SeeTo
) -> None:
    """Wait until a program listens, and note where; lines are typed into it meanwhile.

    Where it promised services it has to listen on all of these. What the host listened on
    ``before`` is not the program's.
    """
    promised = set(started.program.listens_on)
    seconds = pace.to_listen(started.program) if promised else LISTEN_DEADLINE
    seen: tuple[Service, ...] = ()
    ever: dict[Service, None] = {}
    since = time.monotonic()

    def is_settled() -> bool:
        nonlocal seen, since
        now = tuple(each for each in services_of(host.sockets()) if each not in before)
        ever.update(dict.fromkeys(now))
        if now != seen:
            seen, since = now, time.monotonic()
        if started.has_ended or (promised and promised <= set(seen)):
            return True
        return not promised and bool(seen) and time.monotonic() - since >= SETTLED

    began = time.monotonic()
    settled = see_to(is_settled, seconds, started)
    while not settled and (promised or not seen) and started.may_go_on(began, seconds):
        settled = see_to(is_settled, SLICE, started)
    waited = _waited(began, seconds)
    if started.has_ended:
        _tell(started, "ended", started.program.listens_on, waited, tuple(ever))
    elif not settled and (promised or not seen):
        _tell(started, "deadline", started.program.listens_on, waited)
    if not promised:
        started.program = started.program.promising(seen)


def _waited(began: float, seconds: float) -> float:
    """Return how long a program was waited for: as long as was meant, where that was all."""
    waited = time.monotonic() - began
    return seconds if waited < seconds + SLICE else round(waited)


def services_of(sockets: Iterable[SocketEntry]) -> list[Service]:
    """Return what programs listen on, TCP before UDP."""
    waiting = [
        each
        for each in sockets
        if each.uid  # the lab's own sockets are root's
        and (each.state == "LISTEN" if each.protocol == "tcp" else each.remote is None)
    ]
    found = {(each.protocol, each.local.port) for each in waiting if each.local.port}
    return [
        Service(port, "tcp" if protocol == "tcp" else "udp") for protocol, port in sorted(found)
    ]


def _tell(
    started: StageProgram,
    outcome: str,
    promised: Sequence[Service],
    seconds: float,
    seen: Sequence[Service] = (),
) -> None:
    """Note what a program did instead of listening, and stop it where it still runs."""
    if outcome == "ended":
        started.running.wait(1)
        started.unkept = clause(promised, seen)
    elif outcome != "listening":
        where = " and ".join(map(str, promised))
        what = f"it did not listen on {where}" if where else "it listened on no port"
        started.stop(f"{what} within {seconds:g} s, so it was stopped")
