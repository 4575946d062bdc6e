"""A packet's way through the network: at which taps it was seen, and what changed between them.

What no router touches (RFC 791, RFC 8200; RFC 3022 for translating ones) tells that it is the same
packet at two taps: addresses, ports, time to live and checksums may differ, the rest may not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from lab.observation.observation import HostObservation, Observation
from lab.wire.packet import Packet

Likeness = tuple[object, ...]


@dataclass(frozen=True)
class Sighting:
    """One packet at one tap: a host's card on a network, on its way out of the host or into it."""

    host: str
    network: str
    leaving: bool
    packet: Packet

    @property
    def ethernet(self) -> tuple[str, str]:
        """Hardware addresses: source and destination."""
        frame = self.packet.ethernet
        return (frame.source, frame.destination) if frame else ("", "")

    @property
    def ends(self) -> tuple[str, str]:
        """Source and destination, with their ports where there are any."""
        return str(self.packet.source), str(self.packet.destination)

    @property
    def hops_left(self) -> int:
        """IPv4's time to live, IPv6's hop limit."""
        if self.packet.ipv4 is not None:
            return self.packet.ipv4.ttl
        return self.packet.ipv6.hop_limit if self.packet.ipv6 is not None else 0


@dataclass(frozen=True)
class Route:
    """Where one packet was seen, in order."""

    sightings: tuple[Sighting, ...]

    @property
    def hosts(self) -> list[str]:
        """The hosts that it came by, in order, each once."""
        return list(dict.fromkeys(sighting.host for sighting in self.sightings))

    @property
    def networks(self) -> list[str]:
        """The networks that it crossed, in order, each once."""
        return list(dict.fromkeys(sighting.network for sighting in self.sightings))

    @property
    def first(self) -> Sighting:
        """Where it was seen first."""
        return self.sightings[0]

    @property
    def last(self) -> Sighting:
        """Where it was seen last."""
        return self.sightings[-1]

    @cached_property
    def hops(self) -> tuple[Sighting, ...]:
        """One sighting for each network: as it went into it, if that was seen."""
        first: dict[str, Sighting] = {}
        for sighting in self.sightings:
            first.setdefault(sighting.network, sighting)
        return tuple(first.values())

    @property
    def changes(self) -> list[dict[str, tuple[object, object]]]:
        """What each router changed: before and after, of ``ethernet``, ``hops_left``, ``ends``."""
        return [
            {
                what: (getattr(before, what), getattr(after, what))
                for what in ("ethernet", "hops_left", "ends")
                if getattr(before, what) != getattr(after, what)
            }
            for before, after in zip(self.hops, self.hops[1:], strict=False)
        ]

    def table(self) -> list[str]:
        """Return the hops as lines of text: network, hardware addresses, hops left, ends."""
        rows = [("network", "from card", "to card", "hops left", "from", "to")]
        rows += [(hop.network, *hop.ethernet, str(hop.hops_left), *hop.ends) for hop in self.hops]
        widths = [max(len(row[column]) for row in rows) for column in range(6)]
        return [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        ]


class Routes:
    """The ways of all IP packets of a run, found once."""

    def __init__(self, observation: Observation) -> None:
        by_likeness: dict[Likeness, list[Sighting]] = defaultdict(list)
        for sighting in _sightings(observation.hosts):
            by_likeness[likeness(sighting.packet)].append(sighting)
        self._routes = [route for same in by_likeness.values() for route in _told_apart(same)]
        self._routes.sort(key=lambda route: route.sightings[0].packet.time_ns)
        self._of = {
            (each.host, each.network, each.packet.number): route
            for route in self._routes
            for each in route.sightings
        }

    def __iter__(self) -> Iterator[Route]:
        """Return all of them, in the order in which the packets were first seen."""
        return iter(self._routes)

    def carrying(self, payload: bytes) -> list[Route]:
        """Return the routes of the packets with just this payload, each time that one was sent."""
        return [route for route in self._routes if route.first.packet.payload == payload]

    def of(self, host: str, network: str, packet: Packet) -> Route:
        """Return the way of the packet that was seen at a host's tap on a network."""
        return self._of[host, network, packet.number]


def likeness(packet: Packet) -> Likeness:
    """Return what of an IP packet is the same at every tap, behind a translating router too."""
    data, start = packet.data, packet.payload_start
    if packet.ipv4 is not None:
        ip = packet.ipv4
        own: tuple[object, ...] = (4, ip.identification, ip.fragment_offset, ip.protocol)
        end = ip.start + ip.total_length
    elif packet.ipv6 is not None:
        own = (6, packet.ipv6.flow_label, packet.ipv6.next_header)
        end = packet.ipv6.start + 40 + packet.ipv6.payload_length
    else:
        return (data,)
    if packet.tcp is not None:
        at = packet.tcp.start
        return (*own, data[at + 4 : at + 16], data[at + 20 : end])
    if packet.udp is not None:
        return (*own, data[packet.udp.start + 8 : end])
    icmp = packet.icmp_any
    if icmp is not None and icmp.is_echo:
        return (*own, icmp.type, icmp.sequence, data[icmp.start + 8 : end])
    if icmp is not None:
        return (*own, icmp.type, icmp.code, str(packet.source))
    return (*own, data[start:end])


def _sightings(hosts: Iterable[HostObservation]) -> list[Sighting]:
    found = []
    for host in hosts:
        cards = {link.network: link.mac for link in host.links}
        for network, capture in host.captures.items():
            for packet in capture.packets:
                if packet.ip is not None and packet.ethernet is not None:
                    leaving = packet.ethernet.source == cards.get(network)
                    found.append(Sighting(host.name, network, leaving, packet))
    # At one moment of the clock, a frame leaves one host before it comes into the next.
    return sorted(found, key=lambda each: (each.packet.time_ns, not each.leaving))


def _told_apart(same: list[Sighting]) -> list[Route]:
    """Return a route for each of several packets with the same bytes (one sent again, say).

    Going back in time, each sighting belongs to the way that has not been at that tap yet, nor
    further back than it: what was seen last came from what was sent last.
    """
    ways: list[list[Sighting]] = []
    for sighting in reversed(same):
        tap = (sighting.host, sighting.network)
        for way in ways:
            is_before = sighting.hops_left >= way[-1].hops_left
            if is_before and all((each.host, each.network) != tap for each in way):
                way.append(sighting)
                break
        else:
            ways.append([sighting])
    return [Route(tuple(reversed(way))) for way in ways]
