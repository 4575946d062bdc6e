"""Each packet's way from host to host: who sent it, whether it arrived, what it meant there."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from lab.observation.observation import HostObservation, Observation
from lab.observation.route import Route, Routes, Sighting
from lab.story.timeline.endpoints import Ends, identity
from lab.wire.conversation import Conversation, Event, conversations
from lab.wire.packet import Packet

Talk = tuple[object, ...]
"""What names one conversation at whichever tap it was seen."""


@dataclass(frozen=True)
class Transit:
    """One packet on its way; ``sender`` and ``receiver`` are host names, or addresses.

    ``sent_ns`` and ``arrived_ns`` are when the taps at both hosts saw it (epoch nanoseconds), None
    where it was not seen. ``lost`` is True only where the receiver's tap must have seen it and did
    not; ``last`` is then where taps on the way saw it last, if there were any. ``receiver`` is
    empty for a packet to a group of hosts or to all; ``reached`` are then the hosts whose taps saw
    it arrive. ``event`` is its part in the conversation ``talk``, if it has one; ``refuses`` tells
    of a reset that nobody listens. ``number`` is its place among the packets of the timeline.
    """

    packet: Packet
    sender: str
    receiver: str
    sent_ns: int | None = None
    arrived_ns: int | None = None
    lost: bool = False
    event: Event | None = None
    talk: Talk | None = None
    refuses: bool = False
    reached: tuple[str, ...] = ()
    last: Sighting | None = None
    number: int = 0

    @property
    def time_ns(self) -> int:
        """When it was first seen."""
        return self.packet.time_ns


def transits(observation: Observation) -> list[Transit]:
    """Return every packet that any tap saw, once, ordered by the time it was first seen.

    The packet that a receiver's tap saw is the one that the sender's tap saw with the same bytes
    from the IP header on, in order; what every router changes (time to live) is left out.
    """
    ends = Ends(observation)
    events = _events(observation)
    tapped = {host.name for host in observation.hosts if host.capture is not None}
    proven = {
        host.name
        for host in observation.hosts
        if host.capture is not None and not host.capture.dropped
    }
    found: list[Transit] = []
    awaited: dict[tuple[str, bytes], deque[int]] = defaultdict(deque)
    arrivals: list[tuple[str, str | None, Packet, str]] = []
    heard: dict[bytes, list[str]] = defaultdict(list)
    routed = any(host.further for host in observation.hosts)
    routes = tuple(Routes(observation)) if routed else ()
    between = _translated(routes, ends)
    for host in observation.hosts:
        for on, packet in _seen(host, between):
            sender, receiver = between.get(identity(packet)) or ends.of(packet)
            if sender == host.name:
                awaited[receiver, identity(packet)].append(len(found))
                known = events.get((host.name, on, packet.number), Part())
                found.append(Transit(packet, sender, receiver, packet.time_ns, None, False, *known))
            elif receiver == host.name:
                arrivals.append((host.name, on, packet, sender))
            elif not receiver:
                heard[identity(packet)].append(host.name)
    # Going back in time: what arrived last is what was sent last before it, so that of packets that
    # are equal (one sent again, say) the lost one is known.
    for name, on, packet, sender in sorted(arrivals, key=_time, reverse=True):
        same = awaited.get((name, identity(packet)))
        while same and found[same[-1]].time_ns > packet.time_ns:
            same.pop()
        if same:
            index = same.pop()
            found[index] = replace(found[index], arrived_ns=packet.time_ns)
        else:
            known = events.get((name, on, packet.number), Part())
            found.append(Transit(packet, sender, name, None, packet.time_ns, False, *known))
    for (receiver, known_by), indexes in awaited.items():
        if not receiver:
            for index, hosts in _shares(indexes, heard[known_by]):
                found[index] = replace(found[index], reached=hosts)
    judged = (
        replace(each, lost=True) if _is_lost(each, tapped, proven) else each for each in found
    )
    return sorted(_followed(routes, judged), key=lambda each: each.time_ns)


def _time(arrival: tuple[str, str | None, Packet, str]) -> int:
    return arrival[2].time_ns


def _translated(routes: Iterable[Route], ends: Ends) -> dict[bytes, tuple[str, str]]:
    """Return who sends to whom where a translating router (RFC 3022) stands between.

    Of each such packet the router is the receiver before, and the sender after.
    """
    found: dict[bytes, tuple[str, str]] = {}
    for route in routes:
        first, last = route.sightings[0], route.last
        for before, after in pairwise(route.sightings):
            router = before.host
            if router == after.host and before.ends != after.ends and router not in _ends(route):
                found[identity(before.packet)] = ends.of(first.packet)[0], router
                found[identity(after.packet)] = router, ends.of(last.packet)[1]
    return found


def _ends(route: Route) -> tuple[str, str]:
    return route.hosts[0], route.last.host


def _seen(
    host: HostObservation, between: Mapping[bytes, tuple[str, str]]
) -> Iterator[tuple[str | None, Packet]]:
    """Yield what was seen at a host, and on which network if not on its first."""
    for packet in host.capture.packets if host.capture else ():
        yield None, packet
    for on, capture in host.further.items():
        for packet in capture.packets:
            if identity(packet) in between:
                yield on, packet


def _followed(routes: Iterable[Route], found: Iterable[Transit]) -> Iterator[Transit]:
    """Yield the transits, each lost one with where it was seen last, where routers were tapped."""
    last = {
        (route.sightings[0].host, route.sightings[0].packet.number): route.last for route in routes
    }
    for each in found:
        seen_last = last.get((each.sender, each.packet.number))
        yield replace(each, last=seen_last) if each.lost else each


def _is_lost(transit: Transit, tapped: set[str], proven: set[str]) -> bool:
    if transit.arrived_ns is not None or transit.sender not in tapped:
        return False
    if not transit.receiver:
        return not transit.reached and bool(proven - {transit.sender})
    return transit.receiver in proven


def _shares(indexes: Iterable[int], hosts: Sequence[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield for each of some equal packets to many hosts those that saw it: the nth, the nth."""
    for nth, index in enumerate(indexes, start=1):
        yield index, tuple(host for host in dict.fromkeys(hosts) if hosts.count(host) >= nth)


class Part(NamedTuple):
    """A packet's part in a conversation, as one tap saw it."""

    event: Event | None = None
    talk: Talk | None = None
    refuses: bool = False


def _events(observation: Observation) -> dict[tuple[str, str | None, int], Part]:
    found: dict[tuple[str, str | None, int], Part] = {}
    for host in observation.hosts:
        at: list[tuple[str | None, Iterable[Conversation]]] = [
            (None, observation.conversations(at=host.name))
        ]
        at += [(on, conversations(seen.packets)) for on, seen in host.further.items()]
        for on, held in at:
            for talk, conversation in talks(held):
                for event in conversation.events:
                    refuses = event.rst and conversation.refused
                    found[host.name, on, event.number] = Part(event, talk, refuses)
                for datagram in conversation.datagrams:
                    for number in datagram.packets[1:]:
                        found[host.name, on, number] = Part(None, talk)
    return found


def talks(conversations: Iterable[Conversation]) -> list[tuple[Talk, Conversation]]:
    """Name each conversation of one tap so that other taps' names of the same one are equal."""
    counts: dict[Talk, int] = {}
    named: list[tuple[Talk, Conversation]] = []
    for conversation in conversations:
        ends: Talk = (conversation.protocol, frozenset((conversation.client, conversation.server)))
        counts[ends] = counts.get(ends, 0) + 1
        named.append(((*ends, counts[ends]), conversation))
    return named
