"""What a run across two engines needs: what cannot be is refused, and two clocks are read."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from lab.errors import UsageError
from lab.hosts.across import is_across
from lab.hosts.docker.across.client import JoinedClient
from lab.hosts.docker.across.placement import JOINING, split
from lab.hosts.docker.compose.file import Topology
from lab.hosts.docker.compose.lab import Lab
from lab.hosts.host import Host
from lab.hosts.running_lab import RunningLab
from lab.observation.two_clocks import Reading
from lab.scenario.files import TEACHERS
from lab.scenario.scenario import Scenario
from lab.wire.address import Family

ROUNDS = 20
"""How often a host is asked for its time: the quickest answer tells most."""

FOR_ALL = (b"SO_BROADCAST", b"IP_ADD_MEMBERSHIP", b"IP_MULTICAST_IF", b"255.255.255.255")
"""Words of programs that send to everybody, or to a group."""


def refuse(root: Path, scenarios: Iterable[Scenario], families: Collection[Family]) -> None:
    """Raise UsageError for what cannot be where the clone's lab is across two engines."""
    if not is_across(root):
        return
    topology = Lab(root).topology
    for scenario in scenarios:
        for family in families:
            if family in scenario.families and (why := hindrance(scenario, family, topology)):
                raise UsageError(
                    f"playing {scenario.name} over {family.label} across two engines",
                    why,
                    f"lab run {scenario.name} --ipv4; or lab down, lab up: then all is on one",
                )


def hindrance(scenario: Scenario, family: Family, topology: Topology) -> str:
    """Return why a scenario cannot be played over an IP version across two engines; "" if it can.

    One whose hosts are all on one engine can.
    """
    _, second = split(topology)
    there = second.of(scenario.hosts)
    if not there or len(there) == len(scenario.hosts):
        return ""
    if family is Family.IPV6:
        return f"the network {JOINING}, Swarm's overlay between both engines, has no IPv6"
    ends = [name for name in scenario.hosts if JOINING in topology.hosts[name].attached]
    if {name in there for name in ends} == {True, False}:
        for file in sorted(scenario.folder.glob("*")):
            if file.is_file() and file.name not in TEACHERS and _is_for_all(file.read_bytes()):
                return (
                    f"{file.name} sends to everybody or to a group, and the network {JOINING},"
                    " Swarm's overlay between both engines, carries neither"
                )
    return ""


def unheard(network: RunningLab) -> tuple[str, ...]:
    """Return the networks that carry nothing that is for everybody."""
    return (JOINING,) if isinstance(network.client, JoinedClient) else ()


def on_second(network: RunningLab, hosts: Iterable[str]) -> list[str]:
    """Return those of these hosts that are on the second engine of a lab across two."""
    client = network.client
    if not isinstance(client, JoinedClient):
        return []
    return [name for name in hosts if client.holding(network.identity(name)) is client.second]


def read_clocks(hosts: Sequence[Host], second: Collection[str]) -> Reading | None:
    """Read the clocks of two machines by a host on each; None where all are on one.

    Raises HostUnavailable where a host is gone.
    """
    near = next((host for host in hosts if host.name not in second), None)
    far = next((host for host in hosts if host.name in second), None)
    if near is None or far is None:
        return None
    _, ahead, may_be_off = _ahead(near)
    shown, far_ahead, far_off = _ahead(far)
    return Reading(shown, far_ahead - ahead, may_be_off + far_off)


def _ahead(host: Host) -> tuple[int, int, int]:
    """Return in ns a host's time, how far ahead of this machine's that is, and how unsure it is."""
    told = []
    for _ in range(ROUNDS):
        asked = time.time_ns()
        shown: int = host.ask("hello")
        answered = time.time_ns()
        told.append((shown, shown - (asked + answered) // 2, (answered - asked) // 2))
    return min(told, key=lambda each: each[2])


def _is_for_all(text: bytes) -> bool:
    return any(word in text for word in FOR_ALL)
