"""Each packet from host to host: who sent it, whether it arrived, what it meant there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from lab.observation.observation import Observation
from lab.observation.route import Route, Routes
from lab.observation.sighting import Sighting
from lab.observation.talk import Talk, talks
from lab.story.timeline.endpoints import Ends
from lab.wire.conversation import Event, conversations
from lab.wire.packet import Dns, Packet
from lab.wire.reading import Reading, readings


@dataclass(frozen=True)
class Transit:
    """One packet on its way; ``sender`` and ``receiver`` are host names, or addresses.

    ``sent_ns`` and ``arrived_ns`` are when the taps at both hosts saw it (epoch nanoseconds), None
    where it was not seen. ``lost`` is True only where the receiver's tap must have seen it and did
    not; ``last`` is then where taps on the way saw it last, if there were any. ``receiver`` is
    empty for a packet to a group of hosts or to all; ``reached`` are then the hosts whose taps saw
    it arrive. ``event`` is its part in the conversation ``talk``, if it has one; ``refuses`` tells
    of a reset that nobody listens. ``number`` is its place among the packets of the timeline.
    ``reading`` is what it says in that conversation.
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
    reading: Reading | None = None

    @property
    def time_ns(self) -> int:
        """When it was first seen."""
        return self.packet.time_ns

    @property
    def dns(self) -> Dns | None:
        """The DNS message that it carries, or over TCP completes; None where there is none."""
        if self.reading is None:
            return self.packet.dns
        return next(iter(self.reading.dns), None)


def transits(observation: Observation, routes: Routes) -> list[Transit]:
    """Return every packet that its sender or its receiver saw, ordered by when it was first seen.

    ``routes`` are those of the same observation. What counts is the tap on the first network of
    each host. A router that translates (RFC 3022) receives the packet and sends it on: there are
    two transits, and its further taps count too.
    """
    legs = _Legs(observation)
    found = [each for route in routes for each in legs.transits(route)]
    return sorted(found, key=lambda each: each.time_ns)


class _Legs:
    """Makes transits of the routes of a run: each route is one leg, or more if it is translated."""

    def __init__(self, observation: Observation) -> None:
        hosts = observation.hosts
        self._ends = Ends(observation)
        self._parts = _Parts(observation)
        self._names = tuple(host.name for host in hosts)
        self._first = {host.name: host.links[0].network for host in hosts if host.links}
        self._proven = {
            host.name for host in hosts if host.capture is not None and not host.capture.dropped
        }
        self._is_routed = any(host.further for host in hosts)

    def transits(self, route: Route) -> Iterator[Transit]:
        """Yield the transits that a route is made of."""
        legs = list(_between_translators(route))
        outermost = {route.first.host, route.last.host}
        is_seen_beyond = all(leg[0].host not in outermost for leg in legs[1:])
        for leg in legs:
            sender, receiver = self._who(leg[0], leg[-1])
            seen = leg
            if len(legs) == 1 or not is_seen_beyond:
                seen = tuple(e for e in leg if e.network == self._first.get(e.host, ""))
            else:
                sender = sender if leg is legs[0] else leg[0].host
                receiver = receiver if leg is legs[-1] else leg[-1].host
            yield from self._transit(route, sender, receiver, seen)

    def _who(self, first: Sighting, last: Sighting) -> tuple[str, str]:
        return self._ends.of(first.packet)[0], self._ends.of(last.packet)[1]

    def _transit(
        self, route: Route, sender: str, receiver: str, sightings: Sequence[Sighting]
    ) -> Iterator[Transit]:
        sent = next((each for each in sightings if each.host == sender), None)
        arrived = [each for each in sightings if each.host != sender]
        got = next((each for each in arrived if each.host == receiver), None)
        seen = sent or got
        if seen is None:
            return
        heard = {each.host for each in arrived} if not receiver else set()
        reached = tuple(name for name in self._names if name in heard)
        lost = sent is not None and got is None and self._must_have_seen(sender, receiver, reached)
        part = self._parts.of(seen)
        yield Transit(
            seen.packet,
            sender,
            receiver,
            sent.packet.time_ns if sent else None,
            got.packet.time_ns if got else None,
            lost,
            part.event,
            part.talk,
            part.refuses,
            reached,
            route.last if lost and self._is_routed and seen.packet.ip else None,
            reading=part.reading,
        )

    def _must_have_seen(self, sender: str, receiver: str, reached: Sequence[str]) -> bool:
        if receiver:
            return receiver in self._proven
        return not reached and bool(self._proven - {sender})


def _between_translators(route: Route) -> Iterator[tuple[Sighting, ...]]:
    """Yield the sightings of a route, cut in two at each router that changed an address or port."""
    start = 0
    for at, (before, after) in enumerate(pairwise(route.sightings), start=1):
        if before.host == after.host and before.ends != after.ends:
            yield route.sightings[start:at]
            start = at
    yield route.sightings[start:]


class Part(NamedTuple):
    """A packet's part in a conversation, as one tap saw it."""

    event: Event | None = None
    talk: Talk | None = None
    refuses: bool = False
    reading: Reading | None = None


class _Parts:
    """The parts that the packets at each tap have in conversations, found when a tap is asked."""

    def __init__(self, observation: Observation) -> None:
        self._observation = observation
        self._found: dict[tuple[str, str], dict[int, Part]] = {}

    def of(self, sighting: Sighting) -> Part:
        """Return the part of a packet at the tap that saw it."""
        tap = sighting.host, sighting.network
        if tap not in self._found:
            self._found[tap] = dict(self._at(*tap))
        return self._found[tap].get(sighting.packet.number, Part())

    def _at(self, name: str, network: str) -> Iterator[tuple[int, Part]]:
        further = self._observation.host(name).further
        if network in further:
            held = conversations(further[network].packets)
        else:
            held = self._observation.conversations(at=name)
        for talk, conversation in talks(held):
            read = readings(conversation)
            is_tcp = conversation.protocol == "tcp"
            for event in conversation.events:
                refuses = event.rst and conversation.refused
                said = read.get(event.number, Reading()) if is_tcp else None
                yield event.number, Part(event, talk, refuses, said)
            for datagram in conversation.datagrams:
                for number in datagram.packets[1:]:
                    yield number, Part(None, talk)
