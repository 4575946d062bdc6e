"""The lab's networks and hosts, as ``compose.yaml`` has them, drawn: who is behind whom."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml
from markupsafe import Markup

from lab.labels import HOST, NETWORK
from lab.page.template import fill

BOX, ROW, GAP = 128, 74, 14
"""A host's box is BOX - GAP pixels wide; ROW pixels lie between a network and what is below it."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""PyYAML's safe loader, ten times faster where its C library is there."""

_SETTING = re.compile(r"\$\{(\w+)(?::?-([^}]*))?\}")


@dataclass(frozen=True)
class Place:
    """A host in the drawing: its name, its addresses on the network above, where its box stands."""

    name: str
    addresses: tuple[str, ...]
    x: int
    y: int


@dataclass(frozen=True)
class Wire:
    """A network in the drawing: a line from ``x1`` to ``x2`` with its name and prefixes."""

    name: str
    prefixes: tuple[str, ...]
    x1: int
    x2: int
    y: int


@dataclass
class Plan:
    """A drawing in the making; ``stubs`` are the lines that attach hosts to networks."""

    places: list[Place] = field(default_factory=list)
    wires: list[Wire] = field(default_factory=list)
    stubs: list[tuple[int, int, int]] = field(default_factory=list)
    width: int = 0
    height: int = 0


Attached = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Addresses of each host, by host and network."""


def topology(text: str, settings: Mapping[str, str]) -> Plan:
    """Return where everything in a ``compose.yaml`` stands; ``settings`` are those of ``.env``.

    The first network is at the top; below a host with several networks stand its others. Empty
    where the text is no such file.
    """
    try:
        document = yaml.load(filled(text, settings), _LOADER)  # noqa: S506 - both are safe
    except yaml.YAMLError:
        document = None
    if not isinstance(document, dict):
        return Plan()
    networks = _prefixes(document.get("networks"))
    plan = Plan()
    if networks:
        hosts = _attached(document.get("services"))
        plan.width = _below(plan, next(iter(networks)), (networks, hosts), 0, 26, set())
    return plan


def drawn(plan: Plan) -> Markup:
    """Return the drawing as SVG."""
    return fill("topology.svg", plan=plan, box=BOX - GAP)


def filled(text: str, settings: Mapping[str, str]) -> str:
    """Return a text with ``${NAME:-default}`` replaced, as compose does."""
    return _SETTING.sub(lambda match: settings.get(match[1], match[2] or ""), text)


def _prefixes(networks: Any) -> dict[str, tuple[str, ...]]:
    found = {}
    for name, about in networks.items() if isinstance(networks, dict) else ():
        if isinstance(about, dict) and NETWORK in (about.get("labels") or {}):
            config = (about.get("ipam") or {}).get("config") or []
            found[str(name)] = tuple(str(each.get("subnet", "")) for each in config)
    return found


def _attached(services: Any) -> Attached:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for service in services.values() if isinstance(services, dict) else ():
        name = (service.get("labels") or {}).get(HOST)
        networks = service.get("networks")
        if name and isinstance(networks, dict):
            found[str(name)] = {
                str(network): tuple(
                    str(ends[key])
                    for key in ("ipv4_address", "ipv6_address")
                    if key in (ends or {})
                )
                for network, ends in networks.items()
            }
    return found


def _below(
    plan: Plan,
    network: str,
    lab: tuple[Mapping[str, tuple[str, ...]], Attached],
    left: int,
    top: int,
    done: set[str],
) -> int:
    """Place a network, its hosts and what is behind them; return how wide all that is."""
    networks, hosts = lab
    done.add(network)
    x = left
    plan.height = max(plan.height, top + ROW)
    for host in [name for name, ends in hosts.items() if network in ends and name not in done]:
        done.add(host)
        further = [each for each in hosts[host] if each not in done and each in networks]
        width = 0
        for each in further:
            width += _below(plan, each, lab, x + width, top + 2 * ROW, done)
        middle = x + BOX // 2
        plan.places.append(Place(host, hosts[host][network], middle, top + ROW - 34))
        plan.stubs.append((middle, top, top + ROW - 34))
        if further:
            plan.stubs.append((middle, top + ROW + 14, top + 2 * ROW))
        x += max(width, BOX)
    width = max(x - left, BOX)
    plan.wires.append(Wire(network, networks[network], left + 6, left + width - 6, top))
    plan.height = max(plan.height, top + ROW + 20)
    return width
