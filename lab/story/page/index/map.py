"""The lab's networks and hosts, as ``compose.yaml`` has them, drawn: who is behind whom."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from markupsafe import Markup

from lab.hosts.docker.labels import HOST, NETWORK
from lab.story.page.template import fill

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""PyYAML's safe loader, ten times faster where its C library is there."""

_SETTING = re.compile(r"\$\{(\w+)(?::?-([^}]*))?\}")


@dataclass(frozen=True)
class MapHost:
    """A host on the map: its name, its addresses on the network above, what is behind it.

    One with a ``profile`` comes up only where a scenario asks for it.
    """

    name: str
    addresses: tuple[str, ...]
    profile: str = ""
    behind: tuple[MapNetwork, ...] = ()


@dataclass(frozen=True)
class MapNetwork:
    """A network on the map: its name, its prefixes, the hosts on it."""

    name: str
    prefixes: tuple[str, ...]
    places: tuple[MapHost, ...] = ()

    @property
    def everywhere(self) -> tuple[MapHost, ...]:
        """All hosts on it and behind those."""
        inner = (place for each in self.places for wire in each.behind for place in wire.everywhere)
        return (*self.places, *inner)


Attached = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Addresses of each host, by host and network."""


def topology(text: str, settings: Mapping[str, str]) -> MapNetwork | None:
    """Return the map of a ``compose.yaml``; ``settings`` are those of ``.env``.

    It is the first network with its hosts; behind a host with several networks are its others.
    None where the text is no such file.
    """
    try:
        document = yaml.load(filled(text, settings), _LOADER)  # noqa: S506 - both are safe
    except yaml.YAMLError:
        document = None
    if not isinstance(document, dict):
        return None
    networks = _prefixes(document.get("networks"))
    services = document.get("services")
    lab = _Lab(networks, _attached(services), _profiles(services))
    return lab.wire(next(iter(networks))) if networks else None


def drawn(wire: MapNetwork) -> Markup:
    """Return the map as HTML that fits any width."""
    return fill("topology.html", wire=wire)


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


def _profiles(services: Any) -> dict[str, str]:
    found = {}
    for service in services.values() if isinstance(services, dict) else ():
        profiles = service.get("profiles")
        if isinstance(profiles, list) and profiles:
            found[str((service.get("labels") or {}).get(HOST))] = ", ".join(map(str, profiles))
    return found


class _Lab:
    """Networks and hosts, each placed on the map once."""

    def __init__(
        self, networks: Mapping[str, tuple[str, ...]], hosts: Attached, profiles: Mapping[str, str]
    ) -> None:
        self._networks = networks
        self._hosts = hosts
        self._profiles = profiles
        self._done: set[str] = set()

    def wire(self, name: str) -> MapNetwork:
        """Return a network with its hosts; those that are always there come first."""
        self._done.add(name)
        here = [host for host, ends in self._hosts.items() if name in ends]
        here = [host for host in here if host not in self._done]
        self._done.update(here)
        places = tuple(self._place(host, name) for host in here)
        ordered = sorted(places, key=lambda each: (bool(each.behind), bool(each.profile)))
        return MapNetwork(name, self._networks[name], tuple(ordered))

    def _place(self, host: str, network: str) -> MapHost:
        ends = self._hosts[host]
        further = [each for each in ends if each in self._networks and each not in self._done]
        behind = tuple(self.wire(each) for each in further if each not in self._done)
        return MapHost(host, ends[network], self._profiles.get(host, ""), behind)
