"""Where a host is attached to one of the lab's networks: its card there, and its addresses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address

from lab.address import Family


@dataclass(frozen=True)
class Link:
    """A host's end on a network: the network's name, the card's hardware address, IP addresses."""

    network: str
    mac: str
    addresses: Mapping[Family, str]


def in_order(links: Iterable[Link]) -> tuple[Link, ...]:
    """Return links in the order of their networks' numbers, so that ``lan`` comes first."""
    return tuple(sorted(links, key=_number))


def _number(link: Link) -> tuple[int, str]:
    address = link.addresses.get(Family.IPV4)
    # The number of a network in the lab is its third octet.
    return (ip_address(address).packed[2] if address else 256, link.network)
