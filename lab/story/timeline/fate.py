"""What became of a packet that never arrived: lost, or dropped by a router that says why."""

from __future__ import annotations

from collections.abc import Iterable

from lab.observation.match import identity
from lab.observation.observation import Observation
from lab.observation.route import Route
from lab.wire.conversation.icmp_error import icmp_error
from lab.wire.packet import Packet

LOST = "lost"

FATES = {
    "time exceeded": "expired",
    "packet too big": "too big",
    "network unreachable": "no route",
    "no route to destination": "no route",
    "host unreachable": "unreachable",
    "address unreachable": "unreachable",
}
"""What is said of a packet that such an ICMP error is about (:class:`IcmpError`)."""

EXPLAINED = {
    "expired": "expired: it had no hop left, so the router did not pass it on",
    "too big": "too big: the router had to pass it on over a link that takes less",
    "no route": "no route: the router did not know where to send it",
    "unreachable": "unreachable: nobody answered for its address on the last network",
}


class Fates:
    """Why packets of a run did not arrive, as far as ICMP errors or their last hop tell."""

    def __init__(self, observation: Observation) -> None:
        captures = [each for host in observation.hosts for each in host.taps.values()]
        self._reported = dict(_reported(each.packets for each in captures))

    def of(self, route: Route) -> str:
        """Return in a word what became of a packet that was not seen at its receiver."""
        last = route.last
        told = self._reported.get(_key(route.first.packet))
        has_run_out = not last.leaving and last.packet.ip is not None and last.hops_left <= 1
        is_underway = last.host != route.first.host
        return told or (FATES["time exceeded"] if has_run_out and is_underway else LOST)


def _reported(captures: Iterable[Iterable[Packet]]) -> Iterable[tuple[bytes, str]]:
    for packets in captures:
        for packet in packets:
            error = icmp_error(packet)
            if error is not None and error.quoted is not None and error.kind in FATES:
                yield _key(error.quoted), FATES[error.kind]


def _key(packet: Packet) -> bytes:
    """Return what an error quotes of a packet at the least: its IP header and 8 bytes (RFC 792)."""
    return identity(packet)[: 25 if packet.ipv4 is not None else 47]
