"""Which hosts wanted a multicast packet that they got."""

from __future__ import annotations

from collections import defaultdict
from ipaddress import ip_address

from lab.observation.observation import Observation
from lab.observation.sighting import cards, taps
from lab.wire.membership import reports

LATE_NS = 100_000_000
"""A kernel reports a moment after a program has joined (RFC 3376, 5.1): so late at the most."""

EVERYBODY = {"224.0.0.1", "ff01::1", "ff02::1"}
"""The groups of all hosts (RFC 1112, 4; RFC 4291, 2.7.1): nobody reports to be in them."""

Report = tuple[int, bool]


class Members:
    """The multicast groups that hosts of a run were in, as their own reports tell."""

    def __init__(self, observation: Observation) -> None:
        own = cards(observation)
        self._reports: dict[tuple[str, str], list[Report]] = defaultdict(list)
        for host in observation.hosts:
            for _, capture in taps(host):
                for packet in capture.packets:
                    if packet.ethernet and own.get(packet.ethernet.source) == host.name:
                        for group, joined in reports(packet):
                            self._reports[host.name, group].append((packet.time_ns, joined))

    def wants(self, host: str, group: str, time_ns: int) -> bool:
        """Tell whether a host had joined a group when a packet to it came; of others, True."""
        if not ip_address(group).is_multicast or group in EVERYBODY:
            return True
        known = self._reports.get((host, group), [])
        last = max((each for each in known if each[0] <= time_ns), default=None)
        if last is not None and last[1]:
            return True
        return any(joined and time_ns < when <= time_ns + LATE_NS for when, joined in known)
