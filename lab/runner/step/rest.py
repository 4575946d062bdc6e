"""When all is at rest: every thread stands or waits in a call, and no connection owes a packet."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import Enum
from typing import Any

Look = Mapping[str, Any]
"""What a host tells of its stepped programs (agent.stepping): programs, sockets, frames."""

IN_BETWEEN = {2, 3, 4, 9, 11}
"""TCP states that await a packet: SYN_SENT, SYN_RECV, FIN_WAIT1, LAST_ACK, CLOSING."""
LISTEN = 10


class Stillness(Enum):
    """What may still move by itself, by how long it is given to."""

    MOVES = "a program runs"
    UNTOLD = "a thread sleeps in a call that it has not told of"
    OWES = "a connection owes a packet"
    RESTS = "nothing moves"


PATIENCE = {Stillness.RESTS: 0.003, Stillness.UNTOLD: 0.4, Stillness.OWES: 1.5}
"""Seconds without any change after which a look is taken for rest.

What owes a packet for longer waits for something else: a peer that is down, or a full buffer.
"""


def stillness(looks: Iterable[Look], before: Collection[object] = ()) -> Stillness:
    """Return what may still move, where the programs are as these looks of all hosts show them.

    ``before`` is what :func:`doubtful` gave at the last rest: it needs no patience again.
    """
    worst = Stillness.RESTS
    for look in looks:
        for program in look["programs"].values():
            if not program["ended"] and (program["others_run"] or not program["lanes"]):
                return Stillness.MOVES
            if not program["ended"] and all(lane["is"] == "ended" for lane in program["lanes"]):
                return Stillness.MOVES
            for lane in program["lanes"]:
                if lane["is"] in ("runs", "waits") and not program["ended"]:
                    if not lane.get("asleep"):
                        return Stillness.MOVES
                    if lane["is"] == "runs" and _sleeper(lane) not in before:
                        worst = Stillness.UNTOLD
        if worst is Stillness.RESTS and any(
            owes(row) and _debtor(row) not in before for row in look["sockets"]
        ):
            worst = Stillness.OWES
    return worst


def owes(row: Sequence[Any]) -> bool:
    """Return whether a socket, as the agent tells it, owes or awaits a packet."""
    protocol, _, _, _, _, state, _, send_queue, *_ = row
    return protocol == "tcp" and state != LISTEN and (state in IN_BETWEEN or send_queue > 0)


def doubtful(looks: Iterable[Look]) -> set[object]:
    """Return what rests though it might move: sleepers that tell nothing, and those that owe."""
    found: set[object] = set()
    for look in looks:
        lanes = [lane for program in look["programs"].values() for lane in program["lanes"]]
        found |= {_sleeper(lane) for lane in lanes if lane["is"] == "runs"}
        found |= {_debtor(row) for row in look["sockets"] if owes(row)}
    return found


def _sleeper(lane: Mapping[str, Any]) -> object:
    return lane["tid"], lane.get("switches")


def _debtor(row: Sequence[Any]) -> object:
    return tuple(row[:8])


def signature(looks: Iterable[Look], still: Stillness) -> object:
    """Return what must not change while all is at rest.

    A connection that owes a packet may go on sending probes, and that changes no program.
    """
    return [
        (
            {
                number: (program["ended"], program["told"], _lanes(program["lanes"]))
                for number, program in look["programs"].items()
            },
            None if still is Stillness.OWES else (look["sockets"], look["frames"]),
        )
        for look in looks
    ]


def _lanes(lanes: Iterable[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    return [(lane["lane"], lane["is"], lane.get("switches")) for lane in lanes]
