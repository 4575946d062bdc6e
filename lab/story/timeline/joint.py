"""The routers on a packet's way, and what each of them changed."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from lab.observation.route import Route
from lab.observation.sighting import Sighting
from lab.wire.address import Address
from lab.wire.packet import Packet


@dataclass(frozen=True)
class Joint:
    """A router that passed a packet on: as the packet came, and as it went.

    ``chips`` are what the router changed, as it stands in a story: ``TTL 63``. A later packet of
    the same conversation, with which the router did the same, has none.
    """

    came: Sighting
    went: Sighting
    chips: tuple[str, ...] = ()

    @property
    def host(self) -> str:
        """The router."""
        return self.came.host

    @property
    def lent(self) -> Address | None:
        """The end that the router put there of its own, or took away again; None if it did not."""
        came, went = self.came.packet, self.went.packet
        if came.source != went.source:
            return went.source
        return came.destination if came.destination != went.destination else None


def joints(route: Route, ends: Container[str]) -> tuple[Joint, ...]:
    """Return the routers that passed a packet on, in order; its ``ends`` are none of them."""
    return tuple(
        Joint(came, went, tuple(_changed(came, went)))
        for came, went in pairwise(route.sightings)
        if came.host == went.host and went.leaving and not came.leaving and came.host not in ends
    )


class News:
    """Which chips are new to a reader: what a router does to a whole conversation is told once."""

    def __init__(self) -> None:
        self._told: set[object] = set()

    def of(self, key: object, passed: tuple[Joint, ...]) -> tuple[Joint, ...]:
        """Return the joints with those of their chips that are new for this key."""
        return tuple(replace(each, chips=tuple(self._new(key, each))) for each in passed)

    def _new(self, key: object, joint: Joint) -> Iterator[str]:
        for chip in joint.chips:
            if (key, joint.host, chip) not in self._told:
                self._told.add((key, joint.host, chip))
                yield chip


def hops(packet: Packet, left: int) -> str:
    """Return how many hops a packet has left, under its header's name (RFC 791, RFC 8200)."""
    return f"TTL {left}" if packet.ipv4 is not None else f"hop limit {left}"


def _changed(came: Sighting, went: Sighting) -> Iterator[str]:
    before, after = came.packet, went.packet
    if before.source != after.source:
        yield f"now from {after.source}"
    if before.destination != after.destination:
        yield f"now to {after.destination}"
    if came.hops_left != went.hops_left:
        yield hops(after, went.hops_left)
