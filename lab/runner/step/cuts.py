"""Captures cut at each step: what crossed since the last cut, behind markers of all hosts."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from lab.hosts.agent.tap import FILE_HEADER
from lab.observation.observation import HostObservation, Observation
from lab.runner.taps import Taps
from lab.wire import pcap
from lab.wire.address import Family

DEADLINE = 2.0
"""Seconds that a marker frame may need to cross a link."""


class Cuts:
    """What all taps capture from cut to cut, as observations without programs."""

    def __init__(self, taps: Taps, family: Family, addresses: Mapping[str, str]) -> None:
        self._taps = taps
        self._family = family
        self._names = {address: name for name, address in addresses.items()}
        self._captured: dict[tuple[str, str], bytes] = {}
        self._taken: Counter[tuple[str, str]] = Counter()

    def cut(self) -> bool:
        """Take in what crossed since the last cut; return whether there was anything.

        Raises CouldNotJudge where a marker does not come.
        """
        hosts = self._taps.hosts
        tokens = {
            (host.name, link.network): secrets.token_bytes(8)
            for host in hosts
            for link in host.links
        }
        marked = {
            host: host.channel.request(
                "mark", tokens={link.mac: tokens[host.name, link.network] for link in host.links}
            )
            for host in hosts
        }
        for host, future in marked.items():
            host.channel.answer(future, "mark")
        asked = {}
        for host in hosts:
            own = {link.network for link in host.links}
            due = [token for (_, network), token in tokens.items() if network in own]
            number = self._taps.numbers[host.name]
            asked[host] = host.channel.request(
                "wait_cut", tap=number, tokens=due, deadline=DEADLINE
            )
        is_new = False
        for host, future in asked.items():
            given = host.channel.answer(future, "wait_cut", DEADLINE + 10)
            for link in host.links:
                key = host.name, link.network
                self._captured[key] = self._captured.get(key, FILE_HEADER) + given[link.mac]
                is_new = is_new or bool(given[link.mac])
        return is_new

    def take(self) -> Observation:
        """Return what crossed since this was asked last; packets are numbered from the first on."""
        found = []
        for host in self._taps.hosts:
            captures = {}
            for link in host.links:
                key = host.name, link.network
                data = self._captured.pop(key, FILE_HEADER)
                captures[link.network] = pcap.read(data, first=self._taken[key] + 1)
                self._taken[key] += len(captures[link.network].packets)
            first = next(iter(captures.values()), None)
            seen = HostObservation(host.name, host.addresses, capture=first, captures=captures)
            found.append(replace(seen, links=host.links))
        return Observation("", self._family, tuple(found), names=self._names)
