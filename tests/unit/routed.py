"""Runs over routers made by hand for the tests: each packet seen at every tap on its way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import frames

from lab.observation.observation import HostObservation, Observation
from lab.observation.transcript import Transcript
from lab.wire.address import Family, Link
from lab.wire.packet import Flags, Packet, decode
from lab.wire.packet.header.number import ICMP, TCP, UDP
from lab.wire.pcap import Capture

Hosts = dict[str, dict[str, str]]
"""Each host's address on each of its networks, its first network first."""

NAT: Hosts = {
    "inside": {"home": "10.77.3.40"},
    "nat": {"lan": "10.77.0.4", "home": "10.77.3.4"},
    "server": {"lan": "10.77.0.20"},
}
ROUTERS: Hosts = {
    "client": {"lan": "10.77.0.10"},
    "router": {"lan": "10.77.0.2", "middle": "10.77.1.2"},
    "router2": {"middle": "10.77.1.3", "far": "10.77.2.3"},
    "remote": {"far": "10.77.2.30"},
}
START_NS = 1_700_000_000_000_000_000
STEP_NS = 10_000
"""How long a packet takes from tap to tap."""


class Routed:
    """A run in the making; time goes on by a millisecond from packet to packet."""

    def __init__(self, hosts: Hosts, *, runs: Sequence[str]) -> None:
        self._hosts = hosts
        self._runs = runs
        self._time_ns = START_NS
        self._packets: dict[tuple[str, str], list[Packet]] = defaultdict(list)

    def card(self, host: str, network: str) -> str:
        """Return a hardware address."""
        at = list(self._hosts[host]).index(network)
        return f"02:00:00:00:{list(self._hosts).index(host):02x}:{at:02x}"

    def goes(
        self,
        way: Sequence[tuple[str, str]],
        carried: Sequence[bytes],
        ends: Sequence[tuple[str, str]],
        protocol: int,
        **header: int,
    ) -> None:
        """Send a packet by these taps: two for each network that it crosses, the sender's first.

        ``carried`` and ``ends`` are what it carries on each network, and between which addresses
        it goes there. On each network it has a hop less than on the one before.
        """
        self._time_ns += 1_000_000
        hops = header.pop("hops", 64)
        header.setdefault("identification", self._time_ns // 1_000_000 % 65_536)
        for at, (host, network) in enumerate(way):
            hop = at // 2
            leaves = hop * 2
            cards = self.card(*way[leaves]), self.card(*way[min(leaves + 1, len(way) - 1)])
            data = frames.frame(
                carried[hop], protocol, ends[hop], cards=cards, hops=hops - hop, **header
            )
            seen = self._packets[host, network]
            seen.append(decode(data, time_ns=self._time_ns + at * STEP_NS, number=len(seen) + 1))

    def crosses(self, data: bytes, network: str, *taps: str) -> None:
        """Have a frame cross a network, which the taps of these hosts see, the sender's first."""
        self._time_ns += 1_000_000
        for at, host in enumerate(taps):
            seen = self._packets[host, network]
            seen.append(decode(data, time_ns=self._time_ns + at * STEP_NS, number=len(seen) + 1))

    def last(self, host: str, network: str) -> Packet:
        """Return the packet that was seen last at a tap."""
        return self._packets[host, network][-1]

    def observation(self) -> Observation:
        """Return what was seen."""
        hosts = []
        for name, networks in self._hosts.items():
            captures = {
                network: Capture(tuple(self._packets[name, network]), dropped=0, host=name)
                for network in networks
            }
            first, address = next(iter(networks.items()))
            ran = Transcript(name, "a.py", exit_status=0, started_ns=START_NS, ended_ns=2**62)
            links = tuple(
                Link(network, self.card(name, network), {Family.IPV4: ip})
                for network, ip in networks.items()
            )
            hosts.append(
                HostObservation(
                    name,
                    {Family.IPV4: address},
                    transcripts=(ran,) if name in self._runs else (),
                    capture=captures[first],
                    links=links,
                    captures=captures,
                )
            )
        names = {ip: name for name, own in self._hosts.items() for ip in own.values()}
        return Observation("routed", Family.IPV4, tuple(hosts), names, START_NS, 2**62)


OUT = [("inside", "home"), ("nat", "home"), ("nat", "lan"), ("server", "lan")]
"""The way of a packet out of the private network."""

CLIENT, LENT, SERVER = ("10.77.3.40", 40000), ("10.77.0.4", 40000), ("10.77.0.20", 15020)
THERE = [("client", "lan"), ("router", "lan"), ("router", "middle")]
THERE += [("router2", "middle"), ("router2", "far"), ("remote", "far")]
FIRST, LAST = "10.77.0.10", "10.77.2.30"


def translated() -> Observation:
    """Return a run in which a private host opens a connection and closes it: four segments."""
    run = Routed(NAT, runs=("inside", "server"))
    syn, ack, fin = Flags.SYN, Flags.ACK, Flags.FIN
    for outwards, flags, sequence, acknowledgment in (
        (True, syn, 1000, 0),
        (False, syn | ack, 5000, 1001),
        (True, ack, 1001, 5001),
        (True, ack, 1001, 5001),
        (True, fin | ack, 1001, 5001),
    ):
        sides = [(CLIENT, SERVER), (LENT, SERVER)]
        if not outwards:
            sides = [(to, came) for came, to in reversed(sides)]
        run.goes(
            OUT if outwards else OUT[::-1],
            [
                frames.tcp(
                    ports=(source[1], target[1]),
                    sequence=sequence,
                    acknowledgment=acknowledgment,
                    flags=flags,
                    between=(source[0], target[0]),
                )
                for source, target in sides
            ],
            [(source[0], target[0]) for source, target in sides],
            TCP,
        )
    return run.observation()


def probed(*taps: int, hops: int = 64, answer: bytes = b"") -> Observation:
    """Return a run in which a client sends a probe past so many taps each time; six is all.

    The first probe begins with so many ``hops``.

    An ``answer`` is the type, the code and the second word of the ICMP message by which the host at
    the last of these taps reports each probe.
    """
    run = Routed(ROUTERS, runs=("client", "remote"))
    for number, many in enumerate(taps, start=1):
        probe = frames.udp(b"probe", ports=(40000 + number, 33434), between=(FIRST, LAST))
        run.goes(
            THERE[:many], [probe] * 3, [(FIRST, LAST)] * 3, UDP, hops=hops if number == 1 else 64
        )
        if answer:
            host, network = THERE[many - 1]
            quoted = run.last("client", "lan").data[14:]
            message = frames.icmp(quoted, kind=answer[0], code=answer[1], rest=answer[2:])
            ends = [(ROUTERS[host][network], FIRST)] * 3
            run.goes(THERE[many - 1 :: -1], [message] * 3, ends, ICMP)
    return run.observation()
