"""Who sent a packet and who is to receive it, by name."""

from __future__ import annotations

from collections.abc import Mapping

from lab.observation.observation import Observation
from lab.observation.sighting import cards
from lab.wire.packet import Packet

BROADCAST = "ff:ff:ff:ff:ff:ff"


class Ends:
    """Which host sent a packet, and which is to receive it."""

    def __init__(self, observation: Observation) -> None:
        self._names: Mapping[str, str] = {
            **observation.names,
            **{ip: host.name for host in observation.hosts for ip in host.addresses.values()},
        }
        self._cards = cards(observation)
        self._known: dict[tuple[str, str], tuple[str, str]] = {}

    def of(self, packet: Packet) -> tuple[str, str]:
        """Return sender and receiver, by name if known; a group is the empty name."""
        if packet.ip is None or packet.icmpv6 is not None:
            return self._found(packet)
        ends = packet.ip.source, packet.ip.destination
        if ends[0] == ends[1]:
            return self._found(packet)
        if ends not in self._known:
            self._known[ends] = self._found(packet)
        return self._known[ends]

    def _found(self, packet: Packet) -> tuple[str, str]:
        source = packet.source.ip if packet.source else packet.arp.sender_ip if packet.arp else ""
        target = self._asked(packet)
        ethernet = packet.ethernet
        to_all = ethernet is not None and ethernet.destination == BROADCAST
        single = packet.destination and not packet.destination.is_multicast and not to_all
        if not target and single and packet.destination:
            target = packet.destination.ip
        sender = self._names.get(source) or (ethernet and self._cards.get(ethernet.source))
        receiver = self._names.get(target) or (ethernet and self._cards.get(ethernet.destination))
        if source == target and packet.source and packet.destination:
            # Two programs of one host, seen at its loopback: each may have a name of its own.
            ends = str(packet.source), str(packet.destination)
            sender, receiver = self._names.get(ends[0], sender), self._names.get(ends[1], receiver)
        return sender or source or (ethernet.source if ethernet else ""), receiver or target

    @staticmethod
    def _asked(packet: Packet) -> str:
        """Return the address that an ARP or neighbour solicitation to all is meant for."""
        if packet.arp is not None:
            return packet.arp.target_ip
        icmp = packet.icmpv6
        if icmp is not None and icmp.type == 135 and icmp.target:
            return str(icmp.target)
        return ""
