"""Match sightings of the same packet at several taps.

A router changes the time to live and the checksum over it (RFC 791, RFC 8200). A translating router
changes an address, a port and their checksums too (RFC 3022). All else is the same at each tap.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from lab.observation.observation import Observation
from lab.observation.sighting import Sighting, sightings
from lab.wire.packet import Packet

Likeness = tuple[object, ...]
T = TypeVar("T")


def matched(observation: Observation) -> list[Iterator[Sighting]]:
    """Return the sightings of each packet, in the order of time."""
    legs = _legs(reversed(sightings(observation)))
    networks = {host.name: {link.network for link in host.links} for host in observation.hosts}
    if len(set().union(*networks.values())) > 1:
        _join(legs, {name for name, own in networks.items() if len(own) > 1})
    return [leg.whole() for leg in legs if not leg.follows]


@dataclass(eq=False)
class _Leg:
    """What was seen of one packet before or behind a translating router, the latest first.

    ``latest`` and ``earliest`` are the places of two sightings in time, counted backwards.
    """

    latest: int
    earliest: int = 0
    sightings: list[Sighting] = field(default_factory=list)
    taps: set[tuple[str, str, bool]] = field(default_factory=set)
    left: set[str] = field(default_factory=set)
    networks: set[str] = field(default_factory=set)
    follows: bool = False
    following: _Leg | None = None

    def add(self, place: int, sighting: Sighting) -> None:
        self.earliest = place
        self.sightings.append(sighting)
        self.taps.add((sighting.host, sighting.network, sighting.leaving))
        self.networks.add(sighting.network)
        if sighting.leaving:
            self.left.add(sighting.network)

    def forbids(self, sighting: Sighting) -> bool:
        """Tell whether the packet passed this tap already, or cannot have been there so early."""
        risen = sighting.hops_left - self.sightings[-1].hops_left
        tap = (sighting.host, sighting.network, sighting.leaving)
        return tap in self.taps or risen < (sighting.network in self.left)

    def cannot_follow(self, before: _Leg) -> bool:
        """Tell whether no router can have made this leg out of the other one."""
        first, last = self.sightings[-1], before.sightings[0]
        return (
            self.follows
            or last.hops_left <= first.hops_left
            or not self.networks.isdisjoint(before.networks)
        )

    def whole(self) -> Iterator[Sighting]:
        """Yield the sightings of this leg and of those behind it, in the order of time."""
        leg: _Leg | None = self
        while leg is not None:
            yield from reversed(leg.sightings)
            leg = leg.following


class _Queue(list[_Leg]):
    """Legs that are alike, the latest first, with a place for each kind of what may join them.

    What forbids one of a kind forbids the others too, so that a place only moves on: the steps are
    as many as the legs, times the kinds.
    """

    def __init__(self) -> None:
        super().__init__()
        self._places: dict[object, int] = {}

    def first(self, kind: object, forbids: Callable[[_Leg, T], bool], new: T) -> _Leg | None:
        """Return the first leg that ``new``, which is of this kind, may join."""
        place = self._places.get(kind, 0)
        while place < len(self) and forbids(self[place], new):
            place += 1
        self._places[kind] = place
        return self[place] if place < len(self) else None


def _legs(backwards: Iterable[Sighting]) -> list[_Leg]:
    """Return the legs of all packets, the one that was seen latest first.

    Match backwards in time: the last arrival belongs to the last packet sent. A route visits each
    tap once and its TTL never rises, so a sighting joins the first route that allows both. A packet
    that left onto a network was not there before, unless a router sent it back with a lower TTL.
    """
    found: list[_Leg] = []
    same: dict[bytes, _Queue] = defaultdict(_Queue)
    for place, sighting in enumerate(backwards):
        queue = same[identity(sighting.packet)]
        kind = (sighting.host, sighting.network, sighting.leaving, sighting.hops_left)
        leg = queue.first(kind, _Leg.forbids, sighting)
        if leg is None:
            leg = _Leg(place)
            found.append(leg)
            queue.append(leg)
        leg.add(place, sighting)
    return found


def _join(legs: Sequence[_Leg], routers: set[str]) -> None:
    """Join each leg before a translating router to the one behind it, backwards in time as well.

    The router changes one end of the packet and leaves the other as it is.
    """
    alike: dict[Likeness, _Queue] = defaultdict(_Queue)
    begun = iter([*sorted(legs, key=lambda leg: leg.earliest), None])
    behind = next(begun)
    for leg in legs:
        while behind is not None and behind.earliest < leg.latest:
            first = behind.sightings[-1]
            if not first.leaving or first.host in routers:
                for likeness in _likenesses(first):
                    alike[likeness].append(behind)
            behind = next(begun)
        last = leg.sightings[0]
        kind = (frozenset(leg.networks), last.hops_left)
        for likeness in _likenesses(last):
            following = alike[likeness].first(kind, _Leg.cannot_follow, leg)
            if following is not None:
                leg.following, following.follows = following, True
                break


def _likenesses(sighting: Sighting) -> list[Likeness]:
    """Return what stays the same where the source is translated, or the destination."""
    if sighting.packet.ip is None:
        return []
    likeness = _likeness(sighting.packet)
    return [(likeness, which, end) for which, end in enumerate(sighting.ends)]


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
    start = packet.arp.start if packet.arp is not None else 14
    return data[start : start + 28]


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
