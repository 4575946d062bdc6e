"""What the lab's name server is told of the hosts: their addresses, their names, whose mail."""

from __future__ import annotations

from lab.hosts.docker.compose.addresses import Prefix
from lab.hosts.docker.compose.file import Topology


def all_names(topology: Topology, prefix: Prefix) -> str:
    """Return a table of all hosts, as ``images/dns/zones.py`` reads it.

    ``host client .0.10 ::10; name www.python.org server; mail mail lab.test``: of addresses, what
    follows the prefixes. A host with several cards stands there several times.
    """
    hosts = [
        " ".join(
            [
                f"host {plan.name}",
                *(each.removeprefix(prefix.ipv4).removeprefix(prefix.ipv6) for each in ends),
            ]
        )
        for plan in topology.hosts.values()
        for ends in plan.attached.values()
        if len(ends) == 2
    ]
    names = [f"name {name} {plan.name}" for plan in topology.hosts.values() for name in plan.names]
    mail = [f"mail {plan.name} {plan.mail}" for plan in topology.hosts.values() if plan.mail]
    return "; ".join([*hosts, *names, *mail])
