"""Addresses of sockets, the services that listen there, and a host's links to networks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from typing import Literal


class Family(StrEnum):
    """The IP version that a run goes over."""

    IPV4 = "ipv4"
    IPV6 = "ipv6"

    @property
    def label(self) -> str:
        """As the field writes it: ``IPv4`` or ``IPv6``."""
        return "IPv4" if self is Family.IPV4 else "IPv6"

    @property
    def version(self) -> Literal[4, 6]:
        """The version field of its IP header."""
        return 4 if self is Family.IPV4 else 6

    @property
    def loopback(self) -> str:
        """The address by which a host reaches itself (RFC 1122 3.2.1.3, RFC 4291 2.5.3)."""
        return "127.0.0.1" if self is Family.IPV4 else "::1"

    @property
    def unspecified(self) -> str:
        """What a server binds to for all addresses of its host (RFC 1122, RFC 4291 2.5.2)."""
        return "0.0.0.0" if self is Family.IPV4 else "::"  # noqa: S104 - a name for it

    @property
    def record(self) -> Literal["A", "AAAA"]:
        """The type of the DNS record that holds an address (RFC 1035, RFC 3596)."""
        return "A" if self is Family.IPV4 else "AAAA"


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """One end of a conversation: an IP address as text, and the port where there is one.

    The text form is RFC 5952's, an IPv6 address with a port in brackets (RFC 3986).
    """

    ip: str
    port: int | None = None

    def __str__(self) -> str:
        if self.port is None:
            return self.ip
        return f"[{self.ip}]:{self.port}" if ":" in self.ip else f"{self.ip}:{self.port}"

    @property
    def family(self) -> Family:
        """The IP version of this address."""
        return Family.IPV6 if ":" in self.ip else Family.IPV4

    @property
    def is_multicast(self) -> bool:
        """Whether this names a group rather than one host (RFC 1112, RFC 4291)."""
        return ip_address(self.ip).is_multicast


@dataclass(frozen=True, slots=True)
class Ends:
    """Who has a conversation: the end that opened it, and the one that was called."""

    protocol: Literal["tcp", "udp"]
    client: Address
    server: Address


@dataclass(frozen=True, slots=True)
class Service:
    """A transport protocol and a port: what a server listens on."""

    port: int
    protocol: Literal["tcp", "udp"]

    def __str__(self) -> str:
        return f"{self.protocol.upper()} {self.port}"


def Tcp(port: int) -> Service:  # noqa: N802 - reads as the name of the thing in a scenario
    """Return the service on this TCP port; raises TypeError for what is no port."""
    return Service(_port("Tcp", port), "tcp")


def Udp(port: int) -> Service:  # noqa: N802 - reads as the name of the thing in a scenario
    """Return the service on this UDP port; raises TypeError for what is no port."""
    return Service(_port("Udp", port), "udp")


def _port(name: str, port: int) -> int:
    """Return a port (RFC 9293 3.1, RFC 768: 16 bits); ``Tcp("80")`` would equal no port seen."""
    if isinstance(port, int) and not isinstance(port, bool) and 0 <= port <= 0xFFFF:
        return port
    raise TypeError(f"the argument of {name}({port!r}) is no port: a number up to 65535")


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
