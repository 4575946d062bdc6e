"""What each tap saw: one sighting for each packet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lab.observation.observation import HostObservation, Observation
from lab.wire.packet import Packet
from lab.wire.pcap import Capture


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


def sightings(observation: Observation) -> list[Sighting]:
    """Return the sightings of all packets at all taps, in the order of time."""
    own = cards(observation)
    found = [
        Sighting(host.name, network, left(packet), packet)
        for host in observation.hosts
        for network, capture in taps(host)
        for left in [_leaving(host.name, capture, own)]
        for packet in capture.packets
    ]
    # At one moment of the clock, a frame leaves one host before it comes into the next.
    return sorted(found, key=lambda each: (each.packet.time_ns, not each.leaving))


def _leaving(host: str, capture: Capture, own: Mapping[str, str]) -> Callable[[Packet], bool]:
    """Return what tells whether a packet of a capture left the host."""
    if capture.outgoing is not None:
        outgoing = frozenset(capture.outgoing)
        return lambda packet: packet.number in outgoing
    return lambda packet: packet.ethernet is not None and own.get(packet.ethernet.source) == host


def taps(host: HostObservation) -> list[tuple[str, Capture]]:
    """Return what was captured at a host, by network; its first network comes first."""
    first = host.links[0].network if host.links else ""
    capture = host.captures.get(first, host.capture)
    return [*([(first, capture)] if capture is not None else []), *host.further.items()]


def cards(observation: Observation) -> dict[str, str]:
    """Return which host has which hardware address, where links or its own packets tell."""
    found = {link.mac: host.name for host in observation.hosts for link in host.links}
    for host in observation.hosts:
        if host.capture is not None and host.capture.elsewhere:
            continue  # the card may be a router's
        own = set(host.addresses.values())
        for packet in observation.packets(host.name):
            if packet.ethernet and packet.source and packet.source.ip in own:
                found[packet.ethernet.source] = host.name
                break
    return found
