"""Where on the network a fault is set, so that it meets what goes over a link towards a host."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from lab.errors import UnknownName

Attached = Mapping[str, tuple[str, ...]]
"""The networks on which each host is, by its name."""


@dataclass(frozen=True)
class FaultSite:
    """A router, its card on a network, and on which side of it packets are met."""

    router: str
    network: str
    side: Literal["leaves", "entered", "either"]


def place(attached: Attached, network: str, towards: str | None) -> FaultSite:
    """Return where a fault on a network meets what is on its way to a host, or all (None).

    A router that sends over the network is taken before one that receives from it. Raises
    UnknownName where there is no such network or host, or no router on it.
    """
    attempted = f"placing a fault on {network}"
    known = sorted({name for names in attached.values() for name in names})
    if network not in known:
        raise UnknownName(attempted, f"the networks are {', '.join(known)}", "lab status")
    routers = [host for host, names in attached.items() if network in names and len(names) > 1]
    if not routers:
        raise UnknownName(
            attempted,
            "no router of this run is on it, and only a router can lose packets",
            "let the programs run on hosts with a router between them: client and remote",
        )
    if towards is None:
        return FaultSite(routers[0], network, "either")
    if towards not in attached:
        hosts = ", ".join(sorted(attached))
        raise UnknownName(attempted, f"no host {towards!r} is up, but {hosts}", "lab status")
    sides = {router: _side(attached, router, network, towards) for router in routers}
    chosen = min(routers, key=lambda router: sides[router] != "leaves")
    return FaultSite(chosen, network, sides[chosen])


def _side(
    attached: Attached, router: str, network: str, towards: str
) -> Literal["leaves", "entered"]:
    """Tell whether a router's shortest way to a host begins on the network."""
    ways = deque((name, name) for name in attached[router])
    been = set(attached[router])
    while ways:
        first, here = ways.popleft()
        if here in attached[towards]:
            return "leaves" if first == network else "entered"
        for host, names in attached.items():
            if host != router and here in names:
                for following in names:
                    if following not in been:
                        been.add(following)
                        ways.append((first, following))
    return "entered"
