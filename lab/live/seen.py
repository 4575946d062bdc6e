"""The last sightings of all taps, and which of them what is new can change the meaning of.

To tell all of them anew, each time that something has come, takes too long on a busy machine. What
is said of a packet follows from its conversation. So only conversations that something has come of,
or in which what was said may still change, are told again, with all that is known of them.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Container, Iterable
from typing import Any, NamedTuple

from lab.live.frames import Frame
from lab.story.timeline.listeners import FIRST_EPHEMERAL
from lab.wire.packet import Packet, decode
from lab.wire.packet.internet.icmpv6_message import NEIGHBOUR_DISCOVERY

MOST = 400
"""Sightings that are kept."""

SPAN_NS = 20_000_000_000
"""How far back they reach."""

Group = tuple[str, int, int]
"""A protocol, and the two ports of a conversation, or the identifier of an echo (RFC 792)."""

ALWAYS: Group = ("group", 0, 0)
"""Who joined a group of hosts is asked of each packet for it."""


class Seen(NamedTuple):
    """A packet at a tap, and whether it left the host there."""

    host: str
    network: str
    outgoing: bool
    packet: Packet
    group: Group


class Sightings:
    """The last sightings, in the order in which they were told. For one thread."""

    def __init__(self) -> None:
        self._seen: deque[Seen] = deque()
        self._counts: Counter[tuple[str, str]] = Counter()
        self._touched: set[Group] = set()
        self.newest_ns = 0

    def __len__(self) -> int:
        return len(self._seen)

    def add(self, frames: Iterable[Frame]) -> None:
        """Take in frames, and forget the oldest sightings."""
        for frame in frames:
            at = frame.host, frame.network
            self._counts[at] += 1
            packet = decode(
                frame.data,
                time_ns=frame.time_ns,
                number=self._counts[at],
                wire_length=frame.wire_length,
            )
            group = group_of(packet)
            self._seen.append(Seen(*at, frame.outgoing, packet, group))
            self._touched.add(group)
            self.newest_ns = max(self.newest_ns, frame.time_ns)
        oldest_ns = self.newest_ns - SPAN_NS
        while len(self._seen) > MOST or (self._seen and self._seen[0].packet.time_ns < oldest_ns):
            self._seen.popleft()

    def touch(self, row: list[Any]) -> None:
        """Note that a socket has changed, as a row of its host's table says."""
        _, protocol, _, port, _, remote_port, *_ = row
        if remote_port:
            self._touched.add(_of_ports(protocol.rstrip("6"), port, remote_port))

    def told_again(self, unsettled_ns: int, routers: Container[str] = ()) -> list[Seen]:
        """Return what is to be told again: all of each conversation that may mean something else.

        These are conversations of which something has come since this was asked for last, and
        those with a packet after ``unsettled_ns``. ``routers`` are the addresses of routers: where
        one speaks it may translate, and what it has changed is known once all are put together.
        """
        wanted = {each.group for each in self._seen if each.packet.time_ns > unsettled_ns}
        wanted |= self._touched | {ALWAYS}
        self._touched = set()
        found = [each for each in self._seen if each.group in wanted]
        if lent := {_service(each.group) for each in found if _has_end_in(each.packet, routers)}:
            found = [
                each for each in self._seen if each.group in wanted or _service(each.group) in lent
            ]
        # Which conversation a fragment belongs to is known only once they are put together.
        is_whole = any(each.packet.fragment is not None for each in found)
        return list(self._seen) if is_whole else found

    def first_ns(self) -> int:
        """Return the time of the first sighting that is kept; 0 where there is none."""
        return self._seen[0].packet.time_ns if self._seen else 0


def group_of(packet: Packet) -> Group:
    """Return what group a packet belongs to, at all taps the same.

    An ICMP error belongs to the packet that it is about.
    """
    about = packet.quoted or packet
    protocol = about.protocol
    if protocol in ("tcp", "udp", "dns"):
        ends = about.source, about.destination
        ports = [each.port or 0 for each in ends if each is not None]
        return _of_ports("tcp" if about.tcp is not None or protocol == "tcp" else "udp", *ports)
    if packet.arp is not None or (about.icmpv6 and about.icmpv6.type in NEIGHBOUR_DISCOVERY):
        return ("neighbours", 0, 0)
    if about.icmp_any is None or not about.icmp_any.is_echo:
        return ALWAYS
    return protocol, 0, about.icmp_any.identifier or 0


def _of_ports(protocol: str, *ports: int) -> Group:
    low, high = sorted(ports) if len(ports) > 1 else (0, 0)
    return protocol, low, high


def _service(group: Group) -> tuple[str, int]:
    """Return what a router that translates leaves as it is: the protocol and a server's port."""
    return group[0], min(group[1], FIRST_EPHEMERAL)


def _has_end_in(packet: Packet, addresses: Container[str]) -> bool:
    ip = packet.ip
    return ip is not None and (ip.source in addresses or ip.destination in addresses)
