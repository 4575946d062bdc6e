"""Topologies that courses use, as a ``compose.yaml`` of a course's own."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Place:
    """A host's place: what it extends, and its number on each network by the network's number."""

    on: dict[int, int]
    kind: str = "host"
    translates: int | None = None


@dataclass(frozen=True)
class Wanted:
    """A topology, who reaches whom by name over how many routers, and who does not."""

    places: dict[str, Place]
    reach: dict[tuple[str, str], int]
    apart: tuple[tuple[str, str], ...] = field(default=())


def router(**on: int) -> Place:
    """Return a router: ``net0=2`` is number 2 on network 0."""
    return Place({int(name.removeprefix("net")): number for name, number in on.items()}, "router")


def nat(inner: int, outer: int, number: int) -> Place:
    """Return a router that translates what leaves the inner network."""
    return Place({outer: number, inner: number}, "router", inner)


TOPOLOGIES = {
    "A star": Wanted(
        {
            "client": Place({0: 10}),
            "hub": router(net0=2, net1=2, net2=2),
            "left": Place({1: 10}),
            "server": Place({2: 20}),
        },
        {("client", "server"): 1, ("left", "server"): 1, ("server", "client"): 1},
    ),
    "A chain of four routers": Wanted(
        {
            "client": Place({0: 10}),
            **{f"r{n}": router(**{f"net{n - 1}": 3, f"net{n}": 2}) for n in range(1, 5)},
            "server": Place({4: 20}),
        },
        {("client", "server"): 4, ("server", "client"): 4},
    ),
    "A triangle with two ways": Wanted(
        {
            "client": Place({0: 10}),
            "there": router(net0=2, net1=2),
            "onward": router(net1=3, net2=3),
            "straight": router(net0=4, net2=4),
            "server": Place({2: 20}),
        },
        {("client", "server"): 1, ("server", "client"): 1},
    ),
    "Two sites with NAT": Wanted(
        {
            "server": Place({0: 20}),
            "east": nat(1, 0, 4),
            "west": nat(2, 0, 5),
            "client": Place({1: 10}),
            "other": Place({2: 10}),
        },
        {("client", "server"): 1, ("other", "server"): 1},
        (("client", "other"), ("server", "client")),
    ),
    "A server with two cards": Wanted(
        {
            "client": Place({0: 10}),
            "server": Place({0: 20, 1: 20}),
            "other": Place({1: 10}),
            "gate": router(net0=2, net1=2),
        },
        {("client", "server"): 0, ("other", "server"): 0, ("client", "other"): 1},
    ),
}


def compose(wanted: Wanted) -> str:
    """Return the text of a ``compose.yaml`` with this topology and the name server."""
    places = {**wanted.places, "dns": Place({0: 53}, "dns")}
    networks = sorted({number for place in places.values() for number in place.on})
    services = "".join(_service(name, place) for name, place in places.items())
    return f"services:\n{services}{NETWORK}networks:\n" + "".join(map(_network, networks))


def _service(name: str, place: Place) -> str:
    environment = f'    environment: {{LAB_TRANSLATES: "{place.translates}"}}\n'
    return (
        f"  {name}:\n"
        f'    extends: {{file: "${{LAB_KIT:-}}/hosts.yaml", service: {place.kind}}}\n'
        f"    hostname: {name}\n    labels: {{socketlab.host: {name}}}\n"
        f"{environment if place.translates is not None else ''}    networks:\n"
        + "".join(
            f"      net{on}:\n"
            f"        ipv4_address: ${{LAB_PREFIX:-10.77}}.{on}.{number}\n"
            f"        ipv6_address: {_ipv6(on)}::{number}\n"
            for on, number in place.on.items()
        )
    )


def _ipv6(network: int) -> str:
    return f"${{LAB_PREFIX6:-fd00:10:77}}{f':{network}' if network else ''}"


def _network(number: int) -> str:
    return f"""\
  net{number}:
    <<: *network
    labels: {{socketlab.network: net{number}}}
    ipam:
      config:
        - subnet: ${{LAB_PREFIX:-10.77}}.{number}.0/24
          gateway: ${{LAB_PREFIX:-10.77}}.{number}.1
        - subnet: {_ipv6(number)}::/64
          gateway: {_ipv6(number)}::1
"""


NETWORK = """\
x-network: &network
  enable_ipv6: true
  driver_opts:
    com.docker.network.bridge.enable_ip_masquerade: "false"
    com.docker.network.bridge.inhibit_ipv4: "true"
    com.docker.network.bridge.gateway_mode_ipv4: routed
    com.docker.network.bridge.gateway_mode_ipv6: routed
"""
