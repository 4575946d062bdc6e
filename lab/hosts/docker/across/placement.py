"""Which host of a lab lives on which of two engines: it follows from their networks.

`middle` joins both engines. What can be reached from `lan` without it is on the first one, all else
on the second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lab.errors import UsageError
from lab.hosts.docker.compose.file import Topology

JOINING = "middle"
"""The network that both engines are on."""

FIRST = "lan"
"""A network that is on the first engine, with all that is joined to it otherwise."""


@dataclass(frozen=True)
class Side:
    """The hosts that live on one engine, and its own networks."""

    hosts: tuple[str, ...]
    networks: tuple[str, ...]

    def of(self, names: Sequence[str]) -> list[str]:
        """Return those of these hosts that live here."""
        return [name for name in names if name in self.hosts]


def split(topology: Topology) -> tuple[Side, Side]:
    """Return what lives on the first engine, and what on the second.

    Raises UsageError for a lab that cannot be across two engines.
    """
    near = _reached(topology)
    beyond = tuple(name for name in topology.networks if name not in (*near, JOINING))
    first: list[str] = []
    second: list[str] = []
    for plan in topology.hosts.values():
        own = [name for name in plan.attached if name != JOINING]
        if not own:
            raise _unfit(f"host {plan.name} is on the network {JOINING} alone")
        (first if own[0] in near else second).append(plan.name)
    if FIRST not in near or JOINING not in topology.networks or not second:
        raise _unfit(f"compose.yaml has no hosts beyond a network {JOINING}")
    return Side(tuple(first), near), Side(tuple(second), beyond)


def _reached(topology: Topology) -> tuple[str, ...]:
    """Return the networks that are joined to the first one by hosts, without the joining one."""
    reached = {FIRST}
    while True:
        more = {
            network
            for plan in topology.hosts.values()
            if not reached.isdisjoint(plan.attached)
            for network in plan.attached
        } - {JOINING}
        if more <= reached:
            return tuple(name for name in topology.networks if name in reached)
        reached |= more


def _unfit(seen: str) -> UsageError:
    return UsageError(
        "bringing the lab up across two engines",
        seen,
        f"{FIRST} is on the first engine, what is behind {JOINING} on the second; lab map shows it",
    )
