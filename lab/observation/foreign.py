"""An observation of captures that the lab did not make: who took part, and who stood where.

A capture is a host's own where its name says so (``client.pcap``, an interface ``client lan``),
where the file tells which packets left, or where one address alone has part in all packets. Any
other was made beside its hosts: each host then gets what was sent to it and by it, and what
is seen once was seen at both ends.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from lab.observation.host import HostObservation
from lab.observation.match import identity
from lab.observation.observation import Observation
from lab.wire.address import Family, Link
from lab.wire.capture_file import CaptureFile
from lab.wire.conversation import conversations
from lab.wire.packet import Packet
from lab.wire.pcap import Capture

MOST_HOSTS = 12
"""Hosts of a story, beside those that were named; the others have fewer packets."""

MOST_NAME = 40
SAME_NS = 1_000_000_000
"""The same bytes in two captures are one packet where no more time lies between."""

_BROADCAST = "ff:ff:ff:ff:ff:ff"
_ODD = re.compile(r"[^\w.:-]+")


@dataclass(eq=False)
class _Tap:
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


def foreign(files: Mapping[str, CaptureFile], named: Mapping[str, str]) -> Observation:
    """Return what captures show; ``files`` by the name that each is to have, hosts by address."""
    known = {
        ip: _ODD.sub("_", name)[:MOST_NAME]
        for each in files.values()
        for ip, name in each.names.items()
    } | dict(named)
    packets = [each for file in files.values() for c in file.captures for each in c.packets]
    names = {**known, **_own_ends(packets, known)}
    taps = [
        _tap(name, replace(capture, file=name), names)
        for name, file in files.items()
        for capture in file.captures
    ]
    told = _told(taps, set(named.values()))
    remarks = [f"{name}: {file.problem}" for name, file in files.items() if file.problem]
    others = sum(tap.choose(told) for tap in taps)
    if others:
        remarks.append(
            f"{others} packets are not told: they are not IP, or of hosts with fewer packets "
            "than those here"
        )
    hosts = [*_owners(taps, names), *_beside(taps, names, told)]
    times = [each.time_ns for each in packets]
    return Observation(
        scenario=" and ".join(files),
        family=_family(packets),
        hosts=tuple(sorted(hosts, key=lambda host: host.name not in named.values())),
        names={ip: name for ip, name in names.items() if name in told},
        started_ns=min(times, default=0),
        ended_ns=max(times, default=0),
        remarks=tuple(remarks),
    )


def is_foreign(observation: Observation) -> bool:
    """Tell whether an observation was read from captures of others: no program is known."""
    return any(each.file for host in observation.hosts for each in host.taps.values())


def _own_ends(packets: Iterable[Packet], known: Mapping[str, str]) -> dict[str, str]:
    """Return a name for each end of conversations that addresses have with themselves."""
    own = [each for each in packets if each.ip and each.ip.source == each.ip.destination]
    found: dict[str, str] = {}
    for talk in conversations(own):
        name = known.get(talk.server.ip, talk.server.ip)
        found.setdefault(str(talk.server), f"{name}:{talk.server.port}")
        found.setdefault(str(talk.client), f"{name}-client")
    return found


def _ends(packet: Packet, names: Mapping[str, str]) -> tuple[str, str]:
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


def _tap(name: str, capture: Capture, names: Mapping[str, str]) -> _Tap:
    ends = [_ends(packet, names) for packet in capture.packets]
    hosts = set(names.values())
    words = (capture.interface or "").split(maxsplit=1)
    stem = name.rpartition("/")[2].partition(".")[0]
    if words and words[0] in hosts:
        return _Tap(words[0], _ODD.sub("_", " ".join(words[1:]))[:MOST_NAME], capture, ends)
    owner = stem if stem in hosts else _sender(capture, ends) or _common(ends)
    return _Tap(owner, "", capture, ends)


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


def _told(taps: Iterable[_Tap], named: set[str]) -> set[str]:
    """Return the hosts of the story: those that were named or tapped, and the busiest."""
    taps = list(taps)
    busy = Counter(chain.from_iterable(pair for tap in taps for pair in tap.ends))
    del busy[""]
    first = {*named, *(tap.host for tap in taps if tap.host)} & {*busy}
    rest = [host for host, _ in busy.most_common() if host not in first]
    return first | {*rest[: max(MOST_HOSTS - len(first), 0)]}


def _owners(taps: Sequence[_Tap], names: Mapping[str, str]) -> Iterable[HostObservation]:
    by_host: dict[str, dict[str, Capture]] = defaultdict(dict)
    for tap in taps:
        if tap.host:
            network = tap.network
            while network in by_host[tap.host]:
                network = f"{network}'"
            by_host[tap.host][network] = _directed(tap)
    for host, captures in by_host.items():
        addresses = _addresses(host, names)
        links = tuple(Link(network, "", addresses) for network in captures)
        first = next(iter(captures.values()))
        yield HostObservation(host, addresses, capture=first, captures=captures, links=links)


def _directed(tap: _Tap) -> Capture:
    """Return a host's own capture; what left is what it sent, where the file does not say."""
    if tap.capture.outgoing is not None:
        return tap.capture
    both = zip(tap.capture.packets, tap.ends, strict=True)
    outgoing = tuple(packet.number for packet, ends in both if ends[0] == tap.host)
    return replace(tap.capture, outgoing=outgoing)


def _beside(
    taps: Sequence[_Tap], names: Mapping[str, str], told: set[str]
) -> Iterable[HostObservation]:
    """Return the hosts beside which captures were made, each with the packets that it has part in.

    A packet that several captures have counts once.
    """
    own = {tap.host for tap in taps if tap.host}
    found: list[tuple[Packet, tuple[str, str]]] = []
    last: dict[bytes, tuple[int, int]] = {}
    for number, tap in enumerate(taps):
        for packet, ends in () if tap.host else zip(tap.capture.packets, tap.ends, strict=True):
            key = identity(packet)
            before = last.setdefault(key, (number, packet.time_ns))
            if before[0] == number or abs(packet.time_ns - before[1]) > SAME_NS:
                last[key] = number, packet.time_ns
                found.append((packet, ends))
    beside = dict.fromkeys(tap.capture.file for tap in taps if not tap.host)
    if sum(not tap.host for tap in taps) > 1:
        found.sort(key=lambda each: each[0].time_ns)
        found = [(packet.numbered(at), ends) for at, (packet, ends) in enumerate(found, start=1)]
    by_host: dict[str, list[tuple[Packet, bool]]] = defaultdict(list)
    for packet, (sender, receiver) in found:
        by_host[sender].append((packet, True))
        if receiver:
            by_host[receiver].append((packet, False))
    for host, seen in by_host.items():
        if host in told - own:
            packets = tuple(packet for packet, _ in seen)
            outgoing = tuple(packet.number for packet, left in seen if left)
            file = " and ".join(beside)
            capture = Capture(packets, outgoing=outgoing, elsewhere=True, file=file)
            yield HostObservation(host, _addresses(host, names), capture=capture)


def _addresses(host: str, names: Mapping[str, str]) -> dict[Family, str]:
    """Return a host's first address in each IP version; one without a name is its address."""
    ips = [end for end, name in names.items() if name == host]
    found: dict[Family, str] = {}
    for ip in [*ips, host]:
        bare = ip.removeprefix("[").partition("]")[0] if ip.startswith("[") else ip
        if bare.count(":") == 1:
            bare = bare.partition(":")[0]
        if re.fullmatch(r"[0-9a-fA-F.:]+", bare):
            found.setdefault(Family.IPV6 if ":" in bare else Family.IPV4, bare)
    return found


def _family(packets: Iterable[Packet]) -> Family:
    versions = Counter(4 if each.ipv4 is not None else 6 for each in packets if each.ip)
    return Family.IPV6 if versions[6] > versions[4] else Family.IPV4
