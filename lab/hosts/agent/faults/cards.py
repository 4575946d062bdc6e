"""Faults of this host's cards: a smaller MTU, a link that is down, a host without power."""

from __future__ import annotations

import json
from ipaddress import IPv4Interface, IPv6Interface, ip_interface
from typing import Any

from lab.hosts.agent import guards
from lab.hosts.agent.guards import Command


def mtu(card: str, size: int) -> tuple[list[Command], list[Command]]:
    """Return the commands that have a card carry packets of ``size`` bytes at most, and undo it."""
    before = _answered(["ip", "-j", "link", "show", "dev", card])[0]["mtu"]
    change = ["ip", "link", "set", "dev", card, "mtu"]
    return [[*change, str(size)]], [[*change, str(before)]]


def down(card: str) -> tuple[list[Command], list[Command]]:
    """Return the commands that take a link away, and those that bring it back as it was.

    With its link a card loses its IPv6 addresses and its routes (ip-link(8)). Those of the kernel's
    own and of a routing daemon (whose protocol ip-route(8) names) are for these to bring back.
    """
    back: list[Command] = [["ip", "link", "set", "dev", card, "up"]]
    for address in _answered(["ip", "-j", "-6", "addr", "show", "dev", card])[0]["addr_info"]:
        own = f"{address['local']}/{address['prefixlen']}"
        back.append(["ip", "-6", "addr", "replace", own, "dev", card, "nodad"])
    for version, table in (("-4", "main"), ("-6", "main"), ("-4", "local")):
        show = ["ip", "-j", version, "route", "show", "table", table, "dev", card]
        for route in _answered(show):
            if "protocol" not in route and "dst" in route:
                to = [route.get("type", "unicast"), route["dst"]]
                to += ["via", route["gateway"]] if "gateway" in route else []
                replace = ["ip", version, "route", "replace", "table", table]
                back.append([*replace, *to, "dev", card])
    # Or else the kernel would make a link-local address of its own when the link is back.
    own_only = ["ip", "link", "set", "dev", card, "addrgenmode", "none"]
    return [own_only, ["ip", "link", "set", "dev", card, "down"]], back


def is_down(card: str) -> bool:
    """Return whether a card's link was taken away."""
    return "UP" not in _answered(["ip", "-j", "link", "show", "dev", card])[0]["flags"]


def addresses(card: str) -> list[IPv4Interface | IPv6Interface]:
    """Return the IP addresses of a card, each with its network."""
    told = _answered(["ip", "-j", "addr", "show", "dev", card])[0]["addr_info"]
    return [ip_interface(f"{each['local']}/{each['prefixlen']}") for each in told]


def destroy_sockets() -> int:
    """Have the kernel forget every TCP connection, as one that lost its power has.

    Returns how many are left: none, where the kernel can do it (INET_DIAG_DESTROY).
    """
    for version in ("-4", "-6"):
        guards.quietly(["ss", version, "-K", "-t", "-a", "state", "connected"])
    told = guards.run(["ss", "-H", "-t", "-n", "state", "established"])
    return len(told.splitlines())


def _answered(command: Command) -> Any:
    return json.loads(guards.run(command))
