"""The route of each packet: at which taps it was seen, and what changed between them.

A router changes the time to live and the checksum over it (RFC 791, RFC 8200). A translating router
changes an address, a port and their checksums too (RFC 3022). All else is the same at each tap.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from lab.observation.observation import HostObservation, Observation
from lab.wire.packet import Packet
from lab.wire.pcap import Capture

Likeness = tuple[object, ...]


@dataclass(frozen=True)
class Sighting:
    """One packet at one tap: a host's card on a network, on its way out of the host or into it."""

    host: str
    network: str
    leaving: bool
    packet: Packet
    forwards: bool = False

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
    """The routes of all packets of a run, found once."""

    def __init__(self, observation: Observation) -> None:
        self._routes = [Route(tuple(reversed(each.sightings))) for each in _matched(observation)]
        self._routes.sort(key=lambda route: route.first.packet.time_ns)

    def __iter__(self) -> Iterator[Route]:
        """Return all of them, in the order in which the packets were first seen."""
        return iter(self._routes)

    def carrying(self, payload: bytes) -> list[Route]:
        """Return the routes of the packets with just this payload, each time that one was sent."""
        return [route for route in self._routes if route.first.packet.payload == payload]

    @cached_property
    def _of(self) -> dict[tuple[str, str, int], Route]:
        return {
            (each.host, each.network, each.packet.number): route
            for route in self._routes
            for each in route.sightings
        }

    def of(self, host: str, network: str, packet: Packet) -> Route:
        """Return the route of the packet that was seen at a host's tap on a network."""
        return self._of[host, network, packet.number]


def identity(packet: Packet) -> bytes:
    """Return the bytes of a packet that stay the same at each tap, unless a router translates."""
    data = packet.data
    if packet.ipv4 is not None:
        start = packet.ipv4.start
        stop = start + packet.ipv4.total_length
        return data[start : start + 8] + data[start + 9 : start + 10] + data[start + 12 : stop]
    if packet.ipv6 is not None:
        start = packet.ipv6.start
        return data[start : start + 7] + data[start + 8 :]
    return data[14:42]


def _likeness(packet: Packet) -> Likeness:
    """Return what of an IP packet stays the same behind a translating router too."""
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


@dataclass
class _Trail:
    """A route that is being found: its sightings, the latest first."""

    identity: bytes
    sightings: list[Sighting] = field(default_factory=list)
    seen: set[tuple[str, str, bool]] = field(default_factory=set)
    left: set[str] = field(default_factory=set)
    networks: set[str] = field(default_factory=set)

    def add(self, sighting: Sighting) -> None:
        self.sightings.append(sighting)
        self.seen.add((sighting.host, sighting.network, sighting.leaving))
        self.networks.add(sighting.network)
        if sighting.leaving:
            self.left.add(sighting.network)

    def forbids(self, sighting: Sighting) -> bool:
        """Tell whether the packet passed this tap already, or cannot have been there so early."""
        risen = sighting.hops_left - self.sightings[-1].hops_left
        tap = (sighting.host, sighting.network, sighting.leaving)
        return tap in self.seen or risen < (sighting.network in self.left)

    def is_not_translated_from(self, sighting: Sighting) -> bool:
        """Tell whether no router can have made the earliest sighting out of this one (RFC 3022)."""
        earliest = self.sightings[-1]
        ends = zip(earliest.ends, sighting.ends, strict=True)
        return (
            sighting.network in self.networks
            or sighting.hops_left <= earliest.hops_left
            or (earliest.leaving and not earliest.forwards)
            or not any(one == other for one, other in ends)
        )


class _Queue:
    """Trails in the order of their start, with a place in that order for each kind of sighting.

    What forbids a kind of sighting once does so for good, so that a place only moves on. The steps
    are as many as the equal packets, times the taps at which they were seen.
    """

    def __init__(self) -> None:
        self._trails: list[tuple[_Trail, bytes]] = []
        self._places: dict[object, int] = {}

    def add(self, trail: _Trail) -> None:
        self._trails.append((trail, trail.identity))

    def first(
        self, kind: object, sighting: Sighting, forbids: Callable[[_Trail, Sighting], bool]
    ) -> _Trail | None:
        """Return the first trail that does not forbid this kind of sighting."""
        place = self._places.get(kind, 0)
        while place < len(self._trails):
            trail, identity = self._trails[place]
            if trail.identity == identity and not forbids(trail, sighting):
                break
            place += 1
        self._places[kind] = place
        return self._trails[place][0] if place < len(self._trails) else None


def _matched(observation: Observation) -> list[_Trail]:
    """Return the trail of each packet.

    Match backwards in time: the last arrival belongs to the last packet sent. A route passes each
    tap once and its TTL never rises, so a sighting joins the first route that allows both. A packet
    that left onto a network was not there before, unless a router sent it back.
    """
    found: list[_Trail] = []
    same: dict[bytes, _Queue] = defaultdict(_Queue)
    alike: dict[Likeness, _Queue] = defaultdict(_Queue)
    is_routed = len({link.network for host in observation.hosts for link in host.links}) > 1
    for sighting in reversed(_sightings(observation)):
        own = identity(sighting.packet)
        kind = (sighting.host, sighting.network, sighting.leaving, sighting.hops_left)
        trail = same[own].first(kind, sighting, _Trail.forbids)
        if trail is not None:
            trail.add(sighting)
            continue
        queue = None
        if is_routed and sighting.packet.ip is not None:
            queue = alike[_likeness(sighting.packet)]
            trail = queue.first((own, kind), sighting, _Trail.is_not_translated_from)
        if trail is None:
            found.append(trail := _Trail(own))
        trail.identity = own
        trail.add(sighting)
        same[own].add(trail)
        if queue is not None:
            queue.add(trail)
    return found


def _sightings(observation: Observation) -> list[Sighting]:
    own = cards(observation)
    found = [
        Sighting(
            host.name,
            network,
            packet.ethernet is not None and own.get(packet.ethernet.source) == host.name,
            packet,
            forwards=len(host.links) > 1,
        )
        for host in observation.hosts
        for network, capture in taps(host)
        for packet in capture.packets
    ]
    # At one moment of the clock, a frame leaves one host before it comes into the next.
    return sorted(found, key=lambda each: (each.packet.time_ns, not each.leaving))


def taps(host: HostObservation) -> list[tuple[str, Capture]]:
    """Return what was captured at a host, by network; its first network comes first."""
    first = host.links[0].network if host.links else ""
    capture = host.captures.get(first, host.capture)
    return [*([(first, capture)] if capture is not None else []), *host.further.items()]


def cards(observation: Observation) -> dict[str, str]:
    """Return which host has which hardware address, where links or its own packets tell."""
    found = {link.mac: host.name for host in observation.hosts for link in host.links}
    for host in observation.hosts:
        own = set(host.addresses.values())
        for packet in observation.packets(host.name):
            if packet.ethernet and packet.source and packet.source.ip in own:
                found[packet.ethernet.source] = host.name
                break
    return found
