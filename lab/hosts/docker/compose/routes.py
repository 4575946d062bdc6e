"""Which way leads from each host to each network, worked out of the topology.

A way leads over hosts that forward, and is the shortest; among equal ones, the one whose host comes
first in ``compose.yaml``. None leads into a network that a host on the way translates: to the
others, that is a private one (RFC 1918).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from lab.errors import ComposeFailed
from lab.hosts.docker.compose.addresses import Prefix
from lab.hosts.docker.compose.file import Plan, Topology


def all_routes(topology: Topology, prefix: Prefix) -> str:
    """Return the routes of all hosts, as ``images/host/socketlab-host`` reads them.

    ``client 1 via 0.2, 2 via 0.2; router 2 via 1.3``: what follows the prefix of the network's
    number and of the address that leads there. An IPv6 address of another form than the IPv4 one
    follows it. Raises ComposeFailed where a network is none of the lab's.
    """
    numbers = {name: _number(name, subnets, prefix) for name, subnets in topology.networks.items()}
    lines = []
    for plan in topology.hosts.values():
        ways = [
            f"{numbers[network]} via {_gate(gate, prefix)}"
            for network, gate in _ways(plan, topology, numbers)
        ]
        if ways:
            lines.append(f"{plan.name} {', '.join(ways)}")
    return "; ".join(lines)


def _ways(
    start: Plan, topology: Topology, numbers: dict[str, str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the networks that a host is not on, each with the addresses by which it is reached."""
    first: dict[str, tuple[str, ...]] = dict.fromkeys(start.attached, ())
    queue = deque(first)
    while queue:
        here = queue.popleft()
        for plan in topology.hosts.values():
            if plan is start or not plan.forwards or here not in plan.attached:
                continue
            for there in plan.attached:
                if there not in first and numbers.get(there) != (plan.translates or None):
                    first[there] = first[here] or plan.attached[here]
                    queue.append(there)
    yield from ((name, first[name]) for name in topology.networks if first.get(name))


def _number(name: str, subnets: tuple[str, ...], prefix: Prefix) -> str:
    """Return the number of a network: the third part of its IPv4 addresses."""
    for subnet in subnets:
        if subnet.startswith(f"{prefix.ipv4}.") and subnet.endswith(".0/24"):
            return subnet.removeprefix(f"{prefix.ipv4}.").partition(".")[0]
    raise ComposeFailed(
        f"reading the addresses of the network {name}",
        f"its subnets are {' and '.join(subnets) or 'not said'}, which are none of the lab's",
        "number it as the others are: ${LAB_PREFIX:-10.77}.5.0/24 and"
        " ${LAB_PREFIX6:-fd00:10:77}:5::/64",
    )


def _gate(addresses: tuple[str, ...], prefix: Prefix) -> str:
    """Return what follows the prefixes of an address in IPv4 and, of another form, in IPv6."""
    ipv4 = next((each for each in addresses if "." in each), "").removeprefix(f"{prefix.ipv4}.")
    ipv6 = next((each for each in addresses if ":" in each), "").removeprefix(prefix.ipv6)
    network, _, host = ipv4.partition(".")
    usual = (f":{network}::{host}", f"::{host}" if network == "0" else "")
    return ipv4 if ipv6 in usual else f"{ipv4} {ipv6}"
