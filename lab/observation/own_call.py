"""A program's call to its own host: it crosses no network, only the host's loopback."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from lab.wire.address import Address
from lab.wire.conversation import conversations
from lab.wire.packet import Packet

AT_ONCE_NS = 10_000_000
"""How soon a program calls the next address of a name, where one refuses."""


@dataclass(frozen=True, slots=True)
class OwnCall:
    """One call over the loopback: between which ends, when it began, whether it was refused."""

    time_ns: int
    protocol: Literal["tcp", "udp"]
    caller: Address
    called: Address
    refused: bool = False

    def goes_on_with(self, other: OwnCall) -> bool:
        """Return whether another call, at once, is of the same port at another address."""
        same = (other.protocol, other.called.port) == (self.protocol, self.called.port)
        is_elsewhere = other.called.ip != self.called.ip
        return same and is_elsewhere and 0 <= other.time_ns - self.time_ns < AT_ONCE_NS


def own_calls(packets: Iterable[Packet]) -> tuple[OwnCall, ...]:
    """Return the calls among the first packets of a host's loopback."""
    return tuple(
        OwnCall(each.started_ns, each.protocol, each.client, each.server, each.refused)
        for each in conversations(packets)
        if each.opening_seen
    )
