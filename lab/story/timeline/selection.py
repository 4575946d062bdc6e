"""Which packets a story is about, and what is said of the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from ipaddress import IPv6Address

from lab.observation.observation import Observation
from lab.observation.talk import Talk
from lab.story.text import harmless
from lab.story.timeline.fold import count
from lab.story.timeline.label import Label
from lab.story.timeline.moment import MARKED
from lab.story.timeline.transit import Transit
from lab.wire.packet.dns.record import Question

DNS_PORT = 53
_HOUSEKEEPING = ("arp", "neighbour", "group")
_NAMES = {
    "arp": "ARP packet",
    "neighbour": "ICMPv6 neighbour discovery message",
    "group": "group message",
}
_MOST_LOOKUPS = 2

Labelled = tuple[Transit, Label]


def choose(
    labelled: Sequence[Labelled], observation: Observation, *, everything: bool
) -> tuple[list[Labelled], list[Labelled]]:
    """Return the packets to draw, and the rest.

    A story is about what the programs say to each other. Looking up a name at a host that takes
    no part, and finding out hardware addresses, is drawn only where nothing else happened, or
    where an expectation points at it.
    """
    if everything:
        return list(labelled), []
    took_part = {host.name for host in observation.hosts}
    ranks = [rank(transit, label, took_part) for transit, label in labelled]
    best = max(ranks, default=0)
    drawn: list[Labelled] = []
    rest: list[Labelled] = []
    for each, own in zip(labelled, ranks, strict=True):
        (drawn if own == best or each[1].weight >= MARKED else rest).append(each)
    return drawn, rest


def rank(transit: Transit, label: Label, took_part: set[str]) -> int:
    """Return how much a packet is what a story is about: 2, or less for what serves others."""
    if label.kind in _HOUSEKEEPING or transit.packet.ip is None:
        return 0
    if not transit.receiver:
        return 2 if transit.packet.udp is not None else 0
    among = {transit.sender, transit.receiver} <= took_part
    return 1 if is_lookup(transit) and not among else 2


def is_lookup(transit: Transit) -> bool:
    """Tell whether this packet is part of a talk with a name server (RFC 1035, 4.2)."""
    header = transit.packet.udp or transit.packet.tcp
    return header is not None and DNS_PORT in (header.source_port, header.destination_port)


def numbers(drawn: Sequence[Labelled]) -> dict[Talk, int]:
    """Return a number for each conversation, where two hosts had more than one of a protocol.

    Look-ups are not numbered: each has a port of its own, and its question names it.
    """
    by_pair: dict[tuple[object, ...], dict[Talk, None]] = {}
    for transit, _ in drawn:
        if transit.talk is None or transit.dns is not None:
            continue
        pair = (transit.talk.protocol, frozenset((transit.sender, transit.receiver)))
        by_pair.setdefault(pair, {})[transit.talk] = None
    several = {talk for talks in by_pair.values() if len(talks) > 1 for talk in talks}
    order = dict.fromkeys(transit.talk for transit, _ in drawn if transit.talk in several)
    found = {talk: number for number, talk in enumerate(order, start=1) if talk is not None}
    for transit, _ in drawn:
        if transit.talk in found and transit.translated is not None:
            found[transit.translated] = found[transit.talk]
    return found


def left_out(rest: Sequence[Labelled], acks: int) -> str:
    """Return one sentence on what is not drawn; empty if everything is."""
    parts = []
    if acks:
        parts.append(f"{count(acks, 'ACK')} of data")
    looked_up = _lookups(rest)
    if looked_up:
        parts.append(looked_up)
    kinds = Counter(_NAMES[label.kind] for _, label in rest if label.kind in _NAMES)
    other = sum(label.kind not in _NAMES and each.dns is None for each, label in rest)
    parts += [count(number, name) for name, number in kinds.items()]
    if other:
        parts.append(count(other, "other packet"))
    return ", ".join(parts)


def _lookups(rest: Sequence[Labelled]) -> str:
    """Return how often a name server was asked, for which names, and what it said."""
    asked: Counter[str] = Counter()
    answers: dict[str, str] = {}
    for transit, _ in rest:
        dns = transit.dns
        if dns is None or not dns.questions:
            continue
        name = _asked(dns.questions[0])
        if not dns.qr:
            asked[name] += 1
        elif dns.answers:
            answers[name] = harmless(dns.answers[-1].data)
        else:
            answers.setdefault(name, dns.rcode_name if dns.rcode_extended else "")
    if not asked:
        return ""
    named = [
        f"{name} is {answers[name]}" if answers.get(name) else name
        for name in list(asked)[:_MOST_LOOKUPS]
    ]
    more = ["…"] if len(asked) > _MOST_LOOKUPS else []
    return f"{count(asked.total(), 'DNS look-up')} ({', '.join(named + more)})"


def _asked(question: Question) -> str:
    """Return what was asked about: a name, or the address whose name was asked for."""
    name = question.name.rstrip(".")
    if name.endswith(".in-addr.arpa"):
        return harmless(".".join(reversed(name.split(".")[:4])))
    if name.endswith(".ip6.arpa"):
        digits = "".join(reversed(name.split(".")[:32]))
        if len(digits) == 32 and set(digits) <= set("0123456789abcdef"):
            return str(IPv6Address(int(digits, 16)))
    return harmless(name)
