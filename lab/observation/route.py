"""The route of each packet: at which taps it was seen, and what changed between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from lab.observation.match import matched
from lab.observation.observation import Observation
from lab.observation.sighting import Sighting
from lab.wire.packet import Packet
from lab.wire.question import question

__all__ = ["Route", "Routes", "Sighting"]


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
        self._routes = [Route(tuple(each)) for each in matched(observation)]
        self._routes.sort(key=lambda route: route.first.packet.time_ns)

    def __iter__(self) -> Iterator[Route]:
        """Return all of them, in the order in which the packets were first seen."""
        return iter(self._routes)

    @question("route", lambda _, payload: f"of a packet with {payload[:40]!r}")
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
