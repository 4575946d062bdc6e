"""The last packets of all taps, told as the story of a run tells them.

A packet is seen at several taps, and what it means follows from those before it. So the story's
own code looks at a window of the last packets, again whenever there are new ones. What it says of a
packet may still change for a moment (it arrives, a state is sampled); then it stays as it is.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lab.live.frames import Frame
from lab.live.heard import LOST_AFTER_NS, Heard
from lab.live.item import Item, of_arrow, of_note
from lab.live.rows import Rows
from lab.live.seen import MOST, SPAN_NS, Seen, Sightings
from lab.observation.host import HostObservation
from lab.observation.observation import Observation
from lab.observation.route import Routes
from lab.observation.talk import Talk
from lab.story.timeline.label import label
from lab.story.timeline.moment import Arrow, moments
from lab.story.timeline.note import Note
from lab.story.timeline.selection import is_lookup, rank
from lab.story.timeline.transit import Transit, transits
from lab.wire.address import Family, Link
from lab.wire.pcap import Capture

SETTLES_NS = 1_500_000_000
"""How long what is said of a packet may still change."""

TAKES = 0.08
"""Seconds that one telling may take; on a busy machine less of what was before is told again."""

LEAST = 100
"""Sightings that are told again in any case."""

ABOUT = 2
"""The rank of packets that a ladder is about; look-ups and what finds hosts stand aside."""


@dataclass(frozen=True)
class Known:
    """What is known of the lab: each running host's links, and the name behind each address."""

    links: Mapping[str, tuple[Link, ...]]
    names: Mapping[str, str]


class Window:
    """The last sightings, and what was told of them. For one thread."""

    def __init__(self, began_ns: int) -> None:
        """Count the times of items from ``began_ns``."""
        self._began_ns = began_ns
        self._seen = Sightings()
        self._rows = Rows()
        self._sockets: dict[tuple[str, object], int] = {}
        self._numbers: dict[object, int] = {}
        self._told: dict[int, Item] = {}
        self._last = 0
        self._cut_ns = 0
        self._room, self._again = MOST, 0

    def add(self, frames: Iterable[Frame], rows: Mapping[str, list[list[Any]]]) -> None:
        """Take in frames, in order of time, and rows of socket tables by host."""
        self._seen.add(frames)
        for host, more in rows.items():
            self._rows.add(host, more)
            for row in more:
                self._seen.touch(row)

    def begin_anew(self, host: str) -> None:
        """Note that a host's stream has begun anew: it tells of all sockets that there are."""
        self._rows.forget(host)

    def cut(self, time_ns: int) -> None:
        """Note that packets of this time are left out: others of that time may look lost."""
        self._cut_ns = max(self._cut_ns, time_ns)

    def items(self, known: Known, heard: Heard) -> list[Item]:
        """Return what is new, or is told otherwise than before, in order of time."""
        began = time.perf_counter()
        now_ns = heard.upto(self._seen.newest_ns)
        observation = self._observation(known, now_ns - SETTLES_NS - LOST_AFTER_NS)
        routes = Routes(observation)
        every = [
            (replace(each, number=at), label(each))
            for at, each in enumerate(
                _settled(each, heard) for each in transits(observation, routes)
            )
        ]
        hosts = {host.name for host in observation.hosts}
        aside = {
            transit.number
            for transit, said in every
            if is_lookup(transit) or rank(transit, said, hosts) < ABOUT
        }
        found: list[Item] = []
        for moment in moments(observation, every, {}):
            if isinstance(moment, Arrow):
                number, is_aside = self._number_of(moment.transit), moment.transit.number in aside
                found.append(of_arrow(moment, number, self._began_ns, self._socket, aside=is_aside))
            else:
                found.append(self._noted(moment))
        for host in observation.hosts:
            found += map(self._noted, self._rows.listeners(host))
        found += self._closed(found)
        found = [each for each in found if self._is_news(each, now_ns)]
        self._told |= {each.number: replace(each, transit=None) for each in found}
        self._forget()
        self._adapt(time.perf_counter() - began)
        return found

    def _adapt(self, took: float) -> None:
        """Have the next telling take as long as it may, by how long this one took."""
        if self._again >= LEAST:
            self._room = min(max(int(TAKES / took * self._again), LEAST), MOST)

    def _is_news(self, item: Item, now_ns: int) -> bool:
        """Tell whether an item is to be told: new, or otherwise than before while it may be."""
        before = self._told.get(item.number)
        if before is None:
            return item.time_ns >= now_ns - SETTLES_NS - SPAN_NS
        if before.told == item.told or item.seen_at < before.seen_at:
            return False
        return item.time_ns > now_ns - SETTLES_NS or item.came_after(before)

    def _noted(self, note: Note) -> Item:
        key = (note.host, note.kind, note.time_ns, note.text, note.socket)
        return of_note(note, self._numbered(key), self._began_ns, self._socket)

    def _closed(self, found: Iterable[Item]) -> list[Item]:
        """Return notes that connections are gone whose packets are out of the window by now."""
        told = {number for each in found for number in each.closed}
        gone = [each for each in self._rows.gone() if (each.host, each.socket) in self._sockets]
        return [
            self._noted(each) for each in gone if self._sockets[each.host, each.socket] not in told
        ]

    def _socket(self, host: str, name: object) -> int:
        """Return the number of a host's socket: a band along its life line is of one socket."""
        if isinstance(name, Talk):
            name = (name.protocol, name.ends)
        number = self._sockets.pop((host, name), 0) or self.next_number()
        self._sockets[host, name] = number
        while len(self._sockets) > 8 * MOST:
            del self._sockets[next(iter(self._sockets))]
        return number

    def next_number(self) -> int:
        """Return the number of an item that comes from elsewhere."""
        self._last += 1
        return self._last

    def _number_of(self, transit: Transit) -> int:
        """Return the number of a packet's item: that of whichever sighting has one."""
        places = [(each.host, each.network, each.packet.number) for each in transit.sightings]
        number = next((self._numbers[each] for each in places if each in self._numbers), 0)
        number = number or self.next_number()
        self._numbers |= dict.fromkeys(places, number)
        return number

    def _numbered(self, key: object) -> int:
        if key not in self._numbers:
            self._numbers[key] = self.next_number()
        return self._numbers[key]

    def _forget(self) -> None:
        """Forget what is long out of the window."""
        if len(self._told) > 8 * MOST:
            ended = sorted(at for at, each in self._told.items() if not each.waits)
            oldest = ended[: 4 * MOST]
            for each in oldest:
                del self._told[each]
            kept = self._told
            self._numbers = {
                key: at for key, at in self._numbers.items() if at > oldest[-1] or at in kept
            }

    def _observation(self, known: Known, unsettled_ns: int) -> Observation:
        by_tap: dict[tuple[str, str], list[Seen]] = defaultdict(list)
        routed = (links for links in known.links.values() if len(links) > 1)
        routers = {each for links in routed for link in links for each in link.addresses.values()}
        again = self._seen.told_again(unsettled_ns, routers)[-self._room :]
        self._again = len(again)
        for seen in again:
            by_tap[seen.host, seen.network].append(seen)
        cut = 1 if self._cut_ns >= self._seen.first_ns() and self._cut_ns else 0
        return Observation(
            scenario="live",
            family=Family.IPV4,
            hosts=tuple(
                self._host(name, links, by_tap, cut) for name, links in known.links.items() if links
            ),
            names=known.names,
        )

    def _host(
        self,
        name: str,
        links: tuple[Link, ...],
        by_tap: Mapping[tuple[str, str], list[Seen]],
        cut: int,
    ) -> HostObservation:
        captures = {
            link.network: Capture(
                tuple(each.packet for each in seen),
                cut,
                outgoing=tuple(each.packet.number for each in seen if each.outgoing),
            )
            for link in links
            for seen in [by_tap.get((name, link.network), [])]
        }
        return HostObservation(
            name,
            links[0].addresses,
            capture=captures[links[0].network],
            samples=self._rows.samples(name),
            links=links,
            captures=captures,
        )


def _settled(transit: Transit, heard: Heard) -> Transit:
    """Return a transit that is lost only where its receiver's stream proves that."""
    if not transit.lost:
        return transit
    if transit.receiver:
        proven = heard.proves(transit.receiver, transit.time_ns)
    else:
        proven = heard.proven_by_other(transit.sender, transit.time_ns)
    return transit if proven else replace(transit, lost=False, fate="", last=None)
