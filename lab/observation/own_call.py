"""A program's call to its own host: it crosses no network, only the host's loopback."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from lab.wire.address import Address
from lab.wire.conversation import conversations
from lab.wire.packet import Packet


@dataclass(frozen=True, slots=True)
class OwnCall:
    """One call over the loopback: between which ends, when it began, whether it was refused."""

    time_ns: int
    protocol: Literal["tcp", "udp"]
    caller: Address
    called: Address
    refused: bool = False


def own_calls(packets: Iterable[Packet]) -> tuple[OwnCall, ...]:
    """Return the calls among the first packets of a host's loopback."""
    return tuple(
        OwnCall(each.started_ns, each.protocol, each.client, each.server, each.refused)
        for each in conversations(packets)
        if each.opening_seen
    )
