"""What hosts say to keep the network going: echoes, and who has an address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from lab.wire.packet import Packet

ECHO_REQUESTS, ECHO_REPLIES = (8, 128), (0, 129)
"""The types of ICMP (RFC 792) and of ICMPv6 (RFC 4443)."""

ARP_REQUEST, ARP_REPLY = 1, 2
SOLICITATION, ADVERTISEMENT = 135, 136
"""The types of ICMPv6 that ask for a hardware address and give it (RFC 4861)."""


@dataclass(frozen=True)
class Echo:
    """An ICMP or ICMPv6 echo; request and reply are equal where the reply repeats the request."""

    identifier: int
    sequence: int
    data: bytes
    packet: Packet = field(compare=False, repr=False)


@dataclass(frozen=True)
class Echoes:
    """The echo requests that crossed a host's card, and the replies, each in order."""

    requests: tuple[Echo, ...]
    replies: tuple[Echo, ...]


@dataclass(frozen=True)
class NeighbourLookups:
    """The packets that ask for an address's hardware address, and those that answer.

    They are ARP requests and replies (RFC 826), or neighbour solicitations and advertisements
    (RFC 4861).
    """

    requests: tuple[Packet, ...]
    replies: tuple[Packet, ...]


def echoes(packets: Iterable[Packet]) -> Echoes:
    """Return the echoes among these packets, of either IP version."""
    found: dict[tuple[int, ...], list[Echo]] = {ECHO_REQUESTS: [], ECHO_REPLIES: []}
    for packet in packets:
        icmp = packet.icmp_any
        if icmp is None or icmp.identifier is None or icmp.sequence is None:
            continue
        kind = ECHO_REQUESTS if icmp.type in ECHO_REQUESTS else ECHO_REPLIES
        found[kind].append(Echo(icmp.identifier, icmp.sequence, packet.payload, packet))
    return Echoes(tuple(found[ECHO_REQUESTS]), tuple(found[ECHO_REPLIES]))


def neighbour_lookups(address: str, packets: Iterable[Packet]) -> NeighbourLookups:
    """Return the packets that ask who has this address, and those that say who."""
    requests, replies = [], []
    for packet in packets:
        arp, icmp = packet.arp, packet.icmpv6
        if arp is not None:
            if (arp.operation, arp.target_ip) == (ARP_REQUEST, address):
                requests.append(packet)
            elif (arp.operation, arp.sender_ip) == (ARP_REPLY, address):
                replies.append(packet)
        elif icmp is not None and icmp.target == address:
            if icmp.type == SOLICITATION:
                requests.append(packet)
            elif icmp.type == ADVERTISEMENT:
                replies.append(packet)
    return NeighbourLookups(tuple(requests), tuple(replies))
