"""A network of the kernel's namespaces, for the lab's own code to set faults on: no engine in it.

client ── lan ── router ── far ── remote
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from by_command import by_command

from lab.hosts.channel import Channel
from lab.hosts.docker.engine.client import EngineClient
from lab.hosts.docker.engine.endpoint import Endpoint
from lab.hosts.host import Host
from lab.hosts.running_lab import RunningLab
from lab.wire.address import Family, Link

PREFIX, PREFIX6 = "10.77", "fd00:10:77"
WHERE = {
    "client": {"lan": 10},
    "router": {"lan": 2, "far": 2},
    "remote": {"far": 30},
}
"""The last number of each host's address on each network."""

NUMBERS = {"lan": 0, "far": 2}
NEXT = "; "
SETTINGS = (
    "sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0",
    "sysctl -qw net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0",
    'sysctl -qw net.ipv4.ping_group_range="0 0"',
)
JOURNALS = Path("/run/hosts")


class Namespaces(RunningLab):
    """Hosts that are namespaces: found by what is written above, reached with ip-netns(8)."""

    def __init__(self) -> None:
        super().__init__(EngineClient(Endpoint("unix:///nowhere"), "1.41"), "netem")

    def refresh(self) -> None:
        """There is no engine to be asked."""

    @property
    def up(self) -> list[str]:
        return sorted(WHERE)

    def identity(self, name: str) -> str:
        return name

    def links(self, name: str) -> tuple[Link, ...]:
        return tuple(
            Link(network, mac(name, network), addresses(name, network)) for network in WHERE[name]
        )

    def _connect(self, name: str) -> Host:
        host = Host(name, self.links(name))
        reach = by_command(f"ip netns exec {name} /work/tests/netem/host {name}")
        host.channel = Channel(name, reach, host.report, lambda: f"the agent of {name} has ended")
        return host


def mac(name: str, network: str) -> str:
    """Return the hardware address of a host's card on a network."""
    return f"02:00:00:00:{NUMBERS[network]:02x}:{WHERE[name][network]:02x}"


def addresses(name: str, network: str) -> dict[Family, str]:
    """Return a host's addresses on a network."""
    number, host = NUMBERS[network], WHERE[name][network]
    between = f"{PREFIX6}:{number}" if number else PREFIX6
    return {Family.IPV4: f"{PREFIX}.{number}.{host}", Family.IPV6: f"{between}::{host}"}


def build() -> None:
    """Make the hosts, the cables between them, and the routes."""
    steps = []
    inside: dict[str, list[str]] = {name: ["ip link set lo up", *SETTINGS] for name in WHERE}
    inside["router"].append("sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1")
    for name in WHERE:
        (JOURNALS / name).mkdir(parents=True)
        steps.append(f"ip netns add {name}")
    for network in NUMBERS:
        one, other = (name for name in WHERE if network in WHERE[name])
        ends = f"{network}0 netns {one} type veth peer name {network}0 netns {other}"
        steps.append(f"ip link add {ends}")
        for name in (one, other):
            card = f"dev {network}0"
            here = addresses(name, network)
            inside[name] += [
                f"ip link set {card} address {mac(name, network)} up",
                f"ethtool -K {network}0 tx off gso off tso off gro off >/dev/null",
                f"ip addr add {here[Family.IPV4]}/24 {card}",
                f"ip addr add {here[Family.IPV6]}/64 {card} nodad",
            ]
    for name, network in (("client", "lan"), ("remote", "far")):
        gate = addresses("router", network)
        inside[name].append(f"ip route add default via {gate[Family.IPV4]}")
        inside[name].append(f"ip -6 route add default via {gate[Family.IPV6]}")
    for name, commands in inside.items():
        steps.append(f"ip netns exec {name} sh -ec '{NEXT.join(commands)}'")
    done = subprocess.run(
        ["sh", "-ec", "\n".join(steps)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
