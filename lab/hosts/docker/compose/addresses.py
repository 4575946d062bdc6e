"""Choose the addresses of a lab: a pair of prefixes that overlaps with no other network.

A prefix is written as in ``compose.yaml``: two octets for IPv4 (``10.77``, a /16), and three groups
for IPv6 (``fd00:10:77``, a /48 of RFC 4193's locally assigned addresses).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

from lab.errors import PrefixTaken

Net = IPv4Network | IPv6Network

_FORM = re.compile(r"\d{1,3}\.\d{1,3}")
_FORM6 = re.compile(r"[0-9a-fA-F]{1,4}:[0-9a-fA-F]{1,4}:[0-9a-fA-F]{1,4}")


@dataclass(frozen=True)
class Prefix:
    """The two prefixes under which all addresses of one lab lie."""

    ipv4: str = "10.77"
    ipv6: str = "fd00:10:77"

    @property
    def networks(self) -> tuple[IPv4Network, IPv6Network]:
        """Both as networks; raises ValueError where they are no such prefixes."""
        if not _FORM.fullmatch(self.ipv4):
            raise ValueError(f"{self.ipv4!r} is not two octets, as in 10.77")
        if not _FORM6.fullmatch(self.ipv6):
            raise ValueError(f"{self.ipv6!r} is not three groups, as in fd00:10:77")
        return IPv4Network(f"{self.ipv4}.0.0/16"), IPv6Network(f"{self.ipv6}::/48")

    @classmethod
    def numbered(cls, first: int, second: int) -> Prefix:
        """Return the pair that shows the same two numbers in IPv4 and in IPv6."""
        return cls(f"{first}.{second}", f"fd00:{first}:{second}")


def candidates() -> Iterator[Prefix]:
    """Yield the prefixes to try, in order: private ones (RFC 1918), then those of RFC 2544."""
    for second in range(77, 256):
        yield Prefix.numbered(10, second)
    for second in range(20, 32):
        yield Prefix.numbered(172, second)
    for second in (18, 19):
        yield Prefix.numbered(198, second)


def overlap(prefix: Prefix, taken: Mapping[Net, str]) -> str | None:
    """Say whose network a prefix overlaps with; None if it is free."""
    for ours in prefix.networks:
        for theirs, owner in taken.items():
            if ours.version == theirs.version and ours.overlaps(theirs):
                return f"{ours} overlaps with {theirs}, which belongs to {owner}"
    return None


def choose(taken: Mapping[Net, str]) -> Prefix:
    """Return the first free prefix; raises PrefixTaken if there is none.

    The lab avoids routes that are wider than a prefix (a VPN's 10.0.0.0/8, say) where it can. Where
    such routes take everything, it hides a part of one.
    """
    narrow = {network: owner for network, owner in taken.items() if not _is_wide(network)}
    for avoid in (taken, narrow):
        for prefix in candidates():
            if overlap(prefix, avoid) is None:
                return prefix
    raise PrefixTaken(
        "looking for addresses for the lab",
        f"all {sum(1 for _ in candidates())} prefixes that it tries are in use",
        "docker network ls; or name free ones: LAB_PREFIX=10.9 LAB_PREFIX6=fd00:10:9 lab up",
    )


def around(networks: Iterable[Net]) -> Prefix:
    """Return the prefix of a running lab that has these networks."""
    ipv4, ipv6 = Prefix().ipv4, Prefix().ipv6
    for network in networks:
        if network.version == 4:
            ipv4 = ".".join(str(network.network_address).split(".")[:2])
        else:
            groups = network.network_address.exploded.split(":")[:3]
            ipv6 = ":".join(f"{int(group, 16):x}" for group in groups)
    return Prefix(ipv4, ipv6)


def _is_wide(network: Net) -> bool:
    return network.prefixlen < (16 if network.version == 4 else 48)


def of_engine(networks: Iterable[Mapping[str, Any]]) -> dict[Net, str]:
    """Return the subnets of the engine's networks, as its API lists them, with their owners."""
    taken: dict[Net, str] = {}
    for network in networks:
        for config in (network.get("IPAM") or {}).get("Config") or ():
            if config.get("Subnet"):
                subnet = ip_network(config["Subnet"], strict=False)
                taken[subnet] = f"the engine's network {network['Name']}"
    return taken


def of_routes(route: str, ipv6_route: str) -> dict[Net, str]:
    """Return the networks of ``/proc/net/route`` and ``/proc/net/ipv6_route``, with their cards.

    Formats: proc(5), and the kernel's net/ipv4/fib_trie.c and net/ipv6/route.c. Left out are
    default routes, and routes to single addresses, link-local ones and multicast.
    """
    taken: dict[Net, str] = {}
    for line in route.splitlines()[1:]:
        words = line.split()
        destination = bytes.fromhex(words[1])[::-1]
        length = int(words[7], 16).bit_count()
        if 0 < length < 32:
            network: Net = IPv4Network((destination, length))
            taken[network] = f"this machine's card {words[0]}"
    for line in ipv6_route.splitlines():
        words = line.split()
        length = int(words[1], 16)
        network = IPv6Network((bytes.fromhex(words[0]), length))
        if 0 < length < 128 and not network.is_link_local and not network.is_multicast:
            taken[network] = f"this machine's card {words[9]}"
    return taken


def of_this_machine() -> dict[Net, str]:
    """Return the networks of this machine's routes; none where there is no ``/proc/net``."""
    texts = []
    for path in (Path("/proc/net/route"), Path("/proc/net/ipv6_route")):
        texts.append(path.read_text() if path.exists() else "")
    return of_routes(*texts)


def from_environment() -> Prefix | None:
    """Return the prefix that the user set in the environment; None if there is none.

    The IPv6 prefix follows from the IPv4 one where only that is set. Raises PrefixTaken where a
    prefix has not the form of one.
    """
    ipv4, ipv6 = os.environ.get("LAB_PREFIX"), os.environ.get("LAB_PREFIX6")
    if not ipv4 and not ipv6:
        return None
    ipv4 = ipv4 or Prefix().ipv4
    prefix = Prefix(ipv4, ipv6 or f"fd00:{ipv4.replace('.', ':')}")
    try:
        _ = prefix.networks
    except ValueError as error:
        raise PrefixTaken(
            "reading LAB_PREFIX and LAB_PREFIX6", str(error), "LAB_PREFIX=10.77 lab up"
        ) from error
    return prefix
