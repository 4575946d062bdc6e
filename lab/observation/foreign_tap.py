"""One capture that somebody else made: at which host, on which network, and between whom."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lab.wire.packet import Packet
from lab.wire.pcap import Capture

MOST_NAME = 40
_BROADCAST = "ff:ff:ff:ff:ff:ff"
_ODD = re.compile(r"[^\w.:-]+")


@dataclass(eq=False)
class Tap:
    """One capture: where it was made, and what of it is told."""

    host: str
    network: str
    capture: Capture
    ends: list[tuple[str, str]]

    def choose(self, told: set[str]) -> int:
        """Keep the packets between hosts of the story, and return how many others there were."""
        both = list(zip(self.capture.packets, self.ends, strict=True))
        kept = [
            (packet, ends)
            for packet, ends in both
            if ends[0] and ends[0] != ends[1] and {*ends} - {""} <= told
        ]
        self.capture = replace(self.capture, packets=tuple(packet for packet, _ in kept))
        self.ends = [ends for _, ends in kept]
        return len(both) - len(kept)


def plain(name: str) -> str:
    """Return a name that a file gives, cut, and without signs that a story cannot have."""
    return _ODD.sub("_", name)[:MOST_NAME]


def ends_of(packet: Packet, names: Mapping[str, str]) -> tuple[str, str]:
    """Return who sent a packet and who is to get it: names or addresses; "" for many or nobody."""
    if packet.arp is not None:
        ips = packet.arp.sender_ip, packet.arp.target_ip
        return names.get(ips[0], ips[0]), names.get(ips[1], ips[1])
    source, destination = packet.source, packet.destination
    if source is None or destination is None:
        return "", ""
    if source.ip == destination.ip:
        return names.get(str(source), source.ip), names.get(str(destination), destination.ip)
    ethernet = packet.ethernet
    to_all = ethernet is not None and ethernet.destination == _BROADCAST
    many = destination.is_multicast or to_all or destination.ip == "255.255.255.255"
    receiver = "" if many else names.get(destination.ip, destination.ip)
    return names.get(source.ip, source.ip), receiver


def tap_of(name: str, capture: Capture, names: Mapping[str, str]) -> Tap:
    """Return whose a capture is, and who sent each packet to whom; ``names`` are by address."""
    ends = [ends_of(packet, names) for packet in capture.packets]
    hosts = set(names.values())
    words = (capture.interface or "").split(maxsplit=1)
    stem = name.rpartition("/")[2].partition(".")[0]
    if words and words[0] in hosts:
        return Tap(words[0], plain(" ".join(words[1:])), capture, ends)
    owner = stem if stem in hosts else _sender(capture, ends) or _common(ends)
    return Tap(owner, "", capture, ends)


def _sender(capture: Capture, ends: Sequence[tuple[str, str]]) -> str:
    """Return the one host that sent whatever left; else nothing."""
    if capture.outgoing is None:
        return ""
    outgoing = set(capture.outgoing)
    senders = {
        ends[at][0] for at, packet in enumerate(capture.packets) if packet.number in outgoing
    } - {""}
    return senders.pop() if len(senders) == 1 else ""


def _common(ends: Sequence[tuple[str, str]]) -> str:
    """Return the one host that has part in each packet for a single host; else nothing."""
    pairs = {frozenset(pair) for pair in ends if "" not in pair}
    common = frozenset.intersection(*pairs) if pairs else frozenset()
    return next(iter(common)) if len(common) == 1 and len(pairs) > 1 else ""
