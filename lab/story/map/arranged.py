"""The map of the lab's networks and hosts: who is behind whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class MapHost:
    """A host on the map: its name, its addresses on the network above, what is behind it.

    One with a ``profile`` comes up only where a scenario asks for it. It is ``also`` on networks
    that are drawn elsewhere: where two ways lead to one network, one of them is drawn so.
    """

    name: str
    addresses: tuple[str, ...]
    profile: str = ""
    behind: tuple[MapNetwork, ...] = ()
    also: tuple[str, ...] = ()


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


class Attached(Protocol):
    """A host as it is attached: its addresses by network, and the profiles that bring it up."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def profiles(self) -> Sequence[str]:
        """Without any it is always there."""

    @property
    def attached(self) -> Mapping[str, tuple[str, ...]]:
        """Its addresses, by the name of each network that it is on."""


def arranged(
    networks: Mapping[str, tuple[str, ...]], hosts: Iterable[Attached]
) -> MapNetwork | None:
    """Return the map of a lab: prefixes by network, and the hosts.

    It is the first network with its hosts; behind a host with several networks are its others.
    None where there is no network.
    """
    return _wire(next(iter(networks)), networks, list(hosts), set()) if networks else None


def _wire(
    name: str, networks: Mapping[str, tuple[str, ...]], hosts: Sequence[Attached], done: set[str]
) -> MapNetwork:
    """Return a network with its hosts; those that are always there come first.

    ``done`` are the names of what is on the map already: each host and network is there once.
    """
    here = [host for host in hosts if name in host.attached and host.name not in done]
    done.update((name, *(host.name for host in here)))
    places = []
    for host in here:
        further = [each for each in host.attached if each in networks]
        behind = tuple(_wire(each, networks, hosts, done) for each in further if each not in done)
        own = {name, *(each.name for each in behind)}
        also = tuple(each for each in further if each not in own)
        profile = ", ".join(host.profiles)
        places.append(MapHost(host.name, host.attached[name], profile, behind, also))
    places.sort(key=lambda each: (bool(each.behind), bool(each.profile)))
    return MapNetwork(name, networks[name], tuple(places))
