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
from dataclasses import replace
from itertools import chain

from lab.observation.clocks import Clock, offsets
from lab.observation.foreign_tap import Tap, plain, tap_of
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

SAME_NS = 1_000_000_000
"""The same bytes in two captures are one packet where no more time lies between."""


def foreign(files: Mapping[str, CaptureFile], named: Mapping[str, str]) -> Observation:
    """Return what captures show; ``files`` by the name that each is to have, hosts by address."""
    known = {ip: plain(name) for each in files.values() for ip, name in each.names.items()} | dict(
        named
    )
    packets = [each for file in files.values() for c in file.captures for each in c.packets]
    names = {**known, **_own_ends(packets, known)}
    taps = [
        tap_of(name, replace(capture, file=name), names)
        for name, file in files.items()
        for capture in file.captures
    ]
    told = _told(taps, set(named.values()))
    taps, remarks = _in_time(taps)
    remarks += [f"{name}: {file.problem}" for name, file in files.items() if file.problem]
    remarks += [_cut(name, file) for name, file in files.items() if file.unread != 0]
    others = sum(tap.choose(told) for tap in taps)
    if others:
        remarks.append(
            f"{others} packets are not told: they are not IP, or of hosts with fewer packets "
            "than those here"
        )
    hosts = [*_owners(taps, names), *_beside(taps, names, told)]
    times = [each.time_ns for tap in taps for each in tap.capture.packets]
    return Observation(
        scenario=" and ".join(files),
        family=_family(packets),
        hosts=tuple(sorted(hosts, key=lambda host: host.name not in named.values())),
        names={ip: name for ip, name in names.items() if name in told},
        started_ns=min(times, default=0),
        ended_ns=max(times, default=0),
        remarks=tuple(remarks),
    )


def _cut(name: str, file: CaptureFile) -> str:
    """Say how much of a file was left out."""
    count = sum(len(each.packets) for each in file.captures)
    read = "its first packet was read" if count == 1 else f"its first {count} packets were read"
    behind = "" if file.unread is None else f", {max(file.unread // 1000, 1):,} kB"
    return f"{name}: {read}, and what follows is left out{behind}"


def _in_time(taps: Sequence[Tap]) -> tuple[list[Tap], list[str]]:
    """Return the taps with their hosts' clocks set right, and what was found of the clocks."""
    own = [tap for tap in taps if tap.host]
    clocks = [Clock(tap.capture.file, tap.host, _seen(tap)) for tap in own]
    found = offsets(clocks)
    for tap in own:
        offset = found.get((tap.capture.file, tap.host))
        if offset is not None:
            moved = tuple(each.moved(-offset.by_ns) for each in tap.capture.packets)
            tap.capture = replace(tap.capture, packets=moved)
    return list(taps), [each.told for each in found.values()]


def _seen(tap: Tap) -> list[tuple[Packet, bool]]:
    """Return the packets between single hosts, each with whether this tap's host sent it."""
    both = zip(tap.capture.packets, tap.ends, strict=True)
    return [(packet, ends[0] == tap.host) for packet, ends in both if "" not in ends]


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


def _told(taps: Iterable[Tap], named: set[str]) -> set[str]:
    """Return the hosts of the story: those that were named or tapped, and the busiest."""
    taps = list(taps)
    busy = Counter(chain.from_iterable(pair for tap in taps for pair in tap.ends))
    del busy[""]
    first = {*named, *(tap.host for tap in taps if tap.host)} & {*busy}
    rest = [host for host, _ in busy.most_common() if host not in first]
    return first | {*rest[: max(MOST_HOSTS - len(first), 0)]}


def _owners(taps: Sequence[Tap], names: Mapping[str, str]) -> Iterable[HostObservation]:
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


def _directed(tap: Tap) -> Capture:
    """Return a host's own capture; what left is what it sent, where the file does not say."""
    if tap.capture.outgoing is not None:
        return tap.capture
    both = zip(tap.capture.packets, tap.ends, strict=True)
    outgoing = tuple(packet.number for packet, ends in both if ends[0] == tap.host)
    return replace(tap.capture, outgoing=outgoing)


def _beside(
    taps: Sequence[Tap], names: Mapping[str, str], told: set[str]
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
