"""Prove that the machine carries packets between the hosts of a run, before programs are judged."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from lab.errors import HostUnavailable
from lab.hosts.host import Host
from lab.hosts.running_lab import RunningLab
from lab.wire.address import Family

LAN = "lan"
WITHIN = 2.0
"""Seconds within which an echo must come back: several requests are sent meanwhile."""


@dataclass(frozen=True)
class Asked:
    """What one host was asked: to have an echo from another, at this address."""

    host: Host
    target: Host
    address: str
    answered: Future[Any]


def ask(hosts: Collection[Host], family: Family) -> list[Asked]:
    """Have each host ask one on ``lan`` for an echo over an IP version; return at once.

    A host behind routers so asks through all of them. One behind a NAT cannot be asked from
    ``lan``, but can ask.
    """
    on_lan = [host for host in hosts if any(link.network == LAN for link in host.links)]
    if not on_lan:
        return []
    target = on_lan[0]
    address = target.link(LAN).addresses[family]
    words = {"address": address, "deadline": WITHIN}
    return [
        Asked(host, target, address, host.channel.request("wait_for_echo", **words))
        for host in hosts
        if host is not target
    ]


def check(asked: Collection[Asked], network: RunningLab) -> None:
    """Raise HostUnavailable where an echo did not come back: no program is to blame for that.

    Where another session has set a fault by hand, silence is what was wanted.
    """
    for one in asked:
        answered = one.host.channel.answer(one.answered, "have an echo", WITHIN + 10)
        if not answered and not _is_wanted(network):
            raise HostUnavailable(
                f"sending a packet from {one.host.name} to {one.target.name} at {one.address},"
                " before anything was judged",
                f"no echo came back within {WITHIN:g} s: the machine that the engine runs on, or"
                " the host's link, does not carry it (net.bridge.bridge-nf-call-iptables and"
                " -ip6tables, the firewall's FORWARD chain; lab doctor)",
                "lab doctor",
            )


def _is_wanted(network: RunningLab) -> bool:
    hosts = network.open(network.up).values()
    asked = [(host, host.channel.request("guards", own=False)) for host in hosts]
    return any(host.channel.answer(future, "guards") for host, future in asked)
