"""Each packet from host to host: who sent it, whether it arrived, what it meant there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lab.observation.observation import Observation
from lab.observation.route import Route, Routes
from lab.observation.sighting import Sighting
from lab.observation.talk import Talk
from lab.story.timeline.endpoints import Ends
from lab.story.timeline.fate import Fates
from lab.story.timeline.joint import Joint, News, joints
from lab.story.timeline.members import Members
from lab.story.timeline.part import FindsParts, Part, Parts
from lab.wire.conversation import Event
from lab.wire.packet import Dns, Packet
from lab.wire.reading import Reading


@dataclass(frozen=True)
class Transit:
    """One packet on its way; ``sender`` and ``receiver`` are host names, or addresses.

    ``sent_ns`` and ``arrived_ns`` are when the taps at both hosts saw it (epoch nanoseconds), None
    where it was not seen. ``lost`` is True only where the receiver's tap must have seen it and did
    not; ``fate`` is then what became of it in a word, and ``last`` where taps on the way saw it
    last, if there were any. ``joints`` are the routers that passed it on, in order.

    ``receiver`` is empty for a packet to a group of hosts or to all; ``reached`` are then the hosts
    whose taps saw it arrive, and ``unwanted`` those of them that are not in its group.

    ``event`` is its part in the conversation ``talk``, if it has one; where a router translates,
    that is the conversation as its client has it, and ``translated`` as its server has it.
    ``refuses`` tells of a reset that nobody listens. ``number`` is its place among the packets of
    the timeline. ``sightings`` are where it was seen. ``reading`` is what it says in that
    conversation.
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
    fate: str = ""
    joints: tuple[Joint, ...] = ()
    translated: Talk | None = None
    sightings: tuple[Sighting, ...] = ()
    unwanted: tuple[str, ...] = ()

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


def transits(
    observation: Observation, routes: Routes, parts: FindsParts | None = None
) -> list[Transit]:
    """Return every packet that its sender or its receiver saw, ordered by when it was first seen.

    ``routes`` are those of the same observation. A packet that routers passed on is one transit.
    ``parts`` know the packets before these, where there are any.
    """
    ways = _Ways(observation, parts or Parts(observation))
    found = [each for route in routes if (each := ways.transit(route)) is not None]
    news = News()
    return [
        replace(each, joints=news.of((each.talk, each.sender, each.receiver), each.joints))
        if each.joints
        else each
        for each in sorted(found, key=lambda each: each.time_ns)
    ]


class _Ways:
    """Makes transits of the routes of a run."""

    def __init__(self, observation: Observation, parts: FindsParts) -> None:
        hosts = observation.hosts
        self._ends = Ends(observation)
        self._fates = Fates(observation)
        self._members = Members(observation)
        self._parts = parts
        self._names = tuple(host.name for host in hosts)
        self._proven = {
            host.name
            for host in hosts
            if host.capture is not None and not (host.capture.dropped or host.capture.elsewhere)
        }
        self._is_routed = any(host.further for host in hosts)

    def transit(self, route: Route) -> Transit | None:
        """Return the transit that a route is; None where neither end saw the packet."""
        sender = self._ends.of(route.first.packet)[0]
        receiver = self._ends.of(route.last.packet)[1]
        seen_at = self._told(route, receiver)
        sent = next((each for each in seen_at if each.host == sender), None)
        arrived = [each for each in seen_at if each.host != sender]
        got = next((each for each in arrived if each.host == receiver), None)
        seen = sent or got
        if seen is None:
            return None
        heard = {each.host for each in arrived} if not receiver else set()
        reached = tuple(name for name in self._names if name in heard)
        lost = sent is not None and got is None and self._must_have_seen(sender, receiver, reached)
        passed = joints(route, (sender, receiver)) if receiver else ()
        part, translated = self._part(seen, got, passed)
        return Transit(
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
            fate=self._fates.of(route) if lost else "",
            joints=passed,
            translated=translated,
            sightings=route.sightings,
            unwanted=self._unwanted(seen, reached),
        )

    def _unwanted(self, seen: Sighting, reached: Sequence[str]) -> tuple[str, ...]:
        packet = seen.packet
        if packet.udp is None or packet.destination is None or packet.destination.port is None:
            return ()
        to, when = packet.destination.ip, packet.time_ns
        return tuple(host for host in reached if not self._members.wants(host, to, when))

    def _told(self, route: Route, receiver: str) -> Sequence[Sighting]:
        """Return the sightings that count: of what is for many, those on the sender's network."""
        if receiver:
            return route.sightings
        return [each for each in route.sightings if each.network == route.first.network]

    def _part(
        self, seen: Sighting, got: Sighting | None, passed: Sequence[Joint]
    ) -> tuple[Part, Talk | None]:
        """Return a packet's part in its client's conversation, and its server's if another."""
        part = self._parts.of(seen)
        if got is None or not any(each.lent for each in passed):
            return part, None
        other = self._parts.of(got).talk
        if part.event is not None and part.event.sender == "server" and other is not None:
            return part._replace(talk=other), part.talk
        return part, other

    def _must_have_seen(self, sender: str, receiver: str, reached: Sequence[str]) -> bool:
        if receiver:
            return receiver in self._proven
        return not reached and bool(self._proven - {sender})
