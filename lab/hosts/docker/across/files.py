"""Compose's file for each of two engines: the part of ``compose.yaml`` that lives there."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from typing import Any

from lab.hosts.docker.across.placement import JOINING, Side
from lab.hosts.docker.compose.file import document, pairs

NOBODY = "::ffff"
"""The end of an address that no host has. IPv6 to what is behind the joining network ends there."""

MTU = {"com.docker.network.driver.mtu": "1450"}
"""What Swarm's overlay takes in one frame, since each gets a head of 50 bytes between engines. Were
the other networks wider, routers would complain of packets that pass on one engine."""


def part(text: str, side: Side, joining: str, routes: str) -> str:
    """Return the file of the hosts on one side, as JSON, which is YAML too.

    The network ``joining`` is there already, and has no IPv6. ``routes`` are those of all hosts
    (:mod:`lab.hosts.docker.compose.routes`). A host must say a next hop for IPv6 all the same, as
    its first steps set a route over each: one that leads to nobody.
    """
    whole = copy.deepcopy(document(text))
    services: dict[str, Any] = {
        name: service for name, service in whole["services"].items() if name in side.hosts
    }
    for name, service in services.items():
        if service.get("depends_on"):
            service["depends_on"] = _of(service["depends_on"], services)
        ends = service.get("networks")
        if isinstance(ends, dict) and isinstance(ends.get(JOINING), dict):
            ends[JOINING].pop("ipv6_address", None)
            closed = {"LAB_ROUTES": dead_ends(routes, name, ends)}
            service["environment"] = {**closed, **pairs(service, "environment")}
    networks = {name: whole["networks"][name] for name in side.networks}
    for network in networks.values():
        network["driver_opts"] = {**pairs(network, "driver_opts"), **MTU}
    networks[JOINING] = {"external": True, "name": joining, "driver": "overlay"}
    kept = {key: value for key, value in whole.items() if key not in ("services", "networks")}
    return json.dumps({**kept, "services": services, "networks": networks}, indent=1)


def dead_ends(routes: str, host: str, ends: Mapping[str, Any]) -> str:
    """Return a host's routes; those over the joining network lead to nobody in IPv6.

    ``ends`` are the host's addresses by network, as compose.yaml has them.
    """
    numbers = {name: _number(end) for name, end in ends.items()}
    over = numbers[JOINING]
    beside = next(number for name, number in numbers.items() if name != JOINING)
    nobody = NOBODY if beside == "0" else f":{beside}{NOBODY}"
    own = next((each for each in routes.split("; ") if each.startswith(f"{host} ")), "")
    ways = own.removeprefix(f"{host} ").split(", ") if own else []
    return ", ".join(_ended(way, over, nobody) for way in ways)


def _ended(way: str, over: str, nobody: str) -> str:
    """Return a route, ``2 via 1.3``, with an end for IPv6 where it is over that network."""
    network, _, gate, *_rest = way.split()
    return f"{network} via {gate} {nobody}" if gate.startswith(f"{over}.") else way


def _number(end: Mapping[str, Any]) -> str:
    """Return a network's number out of an address on it: ``${LAB_PREFIX:-10.77}.1.3`` has 1."""
    return str(end["ipv4_address"]).rsplit(".", 2)[1]


def _of(needs: Any, services: Mapping[str, Any]) -> Any:
    """Return those of the needed services that are here; compose takes a list and a mapping."""
    if isinstance(needs, dict):
        return {name: how for name, how in needs.items() if name in services}
    return [name for name in needs if name in services]
