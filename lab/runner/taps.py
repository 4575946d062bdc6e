"""Taps on the hosts that take part: started before the programs, drained behind the last packet.

A capture is evidence only where it is whole: the kernel dropped nothing, and a marker frame from
every tapped host on the same network arrived behind everything that the programs sent.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from lab.errors import CouldNotJudge
from lab.hosts.agent.tap import LOOPBACK
from lab.hosts.channel import ANSWER_DEADLINE
from lab.hosts.host import Host
from lab.observation.own_call import OwnCall, own_calls
from lab.wire import pcap
from lab.wire.packet import Packet
from lab.wire.pcap import Capture
from lab.wire.sockets.table import Sample, samples

LOOKING = 4
"""Milliseconds after which a tap looks at sockets again. Where hosts are many, each looks less
often, and all together as often as eight do: they share the engine's processors."""

SETTLE = 0.5
"""Seconds that connections are given to finish their closing once the programs have ended."""

ENGINE_RESOLVER = "127.0.0.11"
"""Where the engine's own name server listens inside every host; not the lab's, never asked."""


@dataclass(frozen=True)
class Limits:
    """What a tap may take: bytes and packets that it keeps, bytes that the kernel holds per card.

    An agent sends its capture in one piece, for which it needs the bytes three times: they must fit
    into the memory of a host (compose.yaml). A run with more is not judged. Of its captures
    ``shown`` packets are decoded, each of which takes some kilobytes. ``drain`` is how many seconds
    a marker frame may need to cross a link.
    """

    kept: int = 64_000_000
    packets: int = 100_000
    shown: int = 5_000
    buffered: int = 64 << 20
    drain: float = 2.0


@dataclass(frozen=True)
class Taken:
    """What one tap gave: captures by network, socket samples, and why it is no evidence, if so."""

    host: str
    captures: Mapping[str, Capture]
    samples: tuple[Sample, ...]
    problems: tuple[str, ...]
    own_calls: tuple[OwnCall, ...] = ()

    @property
    def packets(self) -> list[Packet]:
        """The packets of all its captures."""
        return [packet for capture in self.captures.values() for packet in capture.packets]


def nothing() -> None:
    """Do nothing while hosts are waited for."""


class Taps:
    """Running taps, one on each host."""

    def __init__(
        self, hosts: Sequence[Host], limits: Limits = Limits(), unheard: Collection[str] = ()
    ) -> None:
        """Start them all; when this returns, each is capturing. Raises HostUnavailable.

        The networks ``unheard`` carry nothing that is for everybody: markers go to each host there.
        """
        self.hosts = list(hosts)
        self._unheard = unheard
        self._limits = limits
        how = {"limit": limits.kept, "most": limits.packets, "buffer": limits.buffered}
        how["every"] = max(LOOKING, len(self.hosts) // 2)
        started = {
            host: host.channel.request("tap", cards=[link.mac for link in host.links], **how)
            for host in self.hosts
        }
        self.numbers = {
            host.name: host.channel.answer(future, "tap") for host, future in started.items()
        }

    def settle(self) -> list[str]:
        """Wait until no connection owes a packet; return a remark per one that still does."""
        asked = {
            host: host.channel.request(
                "wait_settled", number=self.numbers[host.name], deadline=SETTLE
            )
            for host in self.hosts
        }
        remarks = []
        for host, future in asked.items():
            for row in host.channel.answer(future, "wait_settled", SETTLE + 10):
                _, local_ip, local_port, remote_ip, remote_port, *_ = row
                remarks.append(
                    f"{host.name}: the connection {local_ip}:{local_port} ↔ "
                    f"{remote_ip}:{remote_port} was still unfinished at the end"
                )
        return remarks

    def take(self, meanwhile: Callable[[], None] = nothing) -> dict[str, Taken]:
        """End the taps behind the markers, and return what each gave; do this while they end.

        A host that cannot be asked any more gives no capture, and says so as a problem.
        """
        tokens = {
            (host.name, link.network): secrets.token_bytes(8)
            for host in self.hosts
            for link in host.links
        }
        taken = {host.name: Taken(host.name, {}, (), ()) for host in self.hosts}

        def answers(asked: Mapping[Host, Future[Any]], verb: str, within: float) -> dict[Host, Any]:
            given = {}
            for host, future in asked.items():
                try:
                    given[host] = host.channel.answer(future, verb, within)
                except CouldNotJudge as error:
                    taken[host.name] = Taken(host.name, {}, (), (error.sentence,))
            return given

        own = {
            host: {link.mac: tokens[host.name, link.network] for link in host.links}
            for host in self.hosts
        }
        marked = {
            host: host.channel.request("mark", tokens=own[host], to=self._peers(host))
            for host in self.hosts
        }
        left = answers(marked, "mark", ANSWER_DEADLINE)
        senders = {host.name for host in left}
        drained = {
            host: host.channel.request(
                "wait_drained",
                number=self.numbers[host.name],
                tokens=[
                    token
                    for (sender, network), token in tokens.items()
                    if sender in senders and network in {link.network for link in host.links}
                ],
                deadline=self._limits.drain,
            )
            for host in left
        }
        by_token = {token: name for (name, _), token in tokens.items()}
        meanwhile()
        ended = answers(drained, "wait_drained", self._limits.drain + 30)
        return taken | {
            host.name: _taken(host, given, by_token, self._limits) for host, given in ended.items()
        }

    def _peers(self, host: Host) -> dict[str, list[str]]:
        """Return whom a host's markers go to, by its cards, where these do not reach everybody."""
        return {
            link.mac: [
                peer.link(link.network).mac
                for peer in self.hosts
                if peer is not host and link.network in {each.network for each in peer.links}
            ]
            for link in host.links
            if link.network in self._unheard
        }


def _captured(
    host: str, cards: Mapping[str, str], given: Mapping[str, Any], limits: Limits
) -> tuple[dict[str, Capture], list[str]]:
    """Return the captures of a tap by network, and what they lack; ``cards`` are by network."""
    problems = []
    dropped, refused, unsampled = (given[name] for name in ("dropped", "refused", "unsampled"))
    if dropped:
        problems.append(f"the capture at {host} lost {dropped} packets, so it is no evidence")
    if refused:
        problems.append(
            f"the tap at {host} keeps {limits.packets:,} packets or {limits.kept / 1e6:g} MB, "
            f"and {refused:,} more crossed: a program sends too much"
        )
    if unsampled:
        problems.append(
            f"the sockets of {host} changed {unsampled:,} times more often than is kept"
        )
    most = limits.shown if refused else None
    lost = dropped + refused or None
    captures = {
        network: pcap.read(given["captures"][card], dropped=lost, most=most)
        for network, card in cards.items()
    }
    return captures, problems


def _taken(host: Host, given: dict[str, Any], by_token: dict[bytes, str], limits: Limits) -> Taken:
    cards = {link.network: link.mac for link in host.links}
    captures, problems = _captured(host.name, cards, given, limits)
    if given["stuck"]:
        problems.append(f"the tap at {host.name} did not end")
    missed = sorted({by_token[token] for token in given["missing"]})
    if missed:
        problems.append(
            f"the capture at {host.name} cannot prove that it is whole: the marker frame from "
            f"{', '.join(missed)} did not arrive within {limits.drain:g} s"
        )
    own = {address for link in host.links for address in link.addresses.values()}
    for capture in captures.values():
        for packet in capture.packets[:400]:
            if packet.source and packet.source.ip in own and not packet.checksums_ok:
                problems.append(
                    f"at {host.name} packet {packet.number} left with a wrong checksum: offloading "
                    "is on, so what was captured is not what crosses a real wire (ethtool -k eth0)"
                )
                break
    own_talk = pcap.read(given["captures"][LOOPBACK]).packets
    return Taken(
        host.name,
        captures,
        _samples(given["samples"], given["began"]),
        tuple(problems),
        own_calls(own_talk),
    )


def _samples(changes: list[Any], began: int) -> tuple[Sample, ...]:
    """Return what a tap saw change in the sockets of its host, from the moment ``began`` on.

    There is a sample of that moment in any case. It may be empty.
    """
    found = samples((time_ns, row) for time_ns, *row in changes if row[1] != ENGINE_RESOLVER)
    return found if found and found[0].time_ns <= began else (Sample(began, ()), *found)
