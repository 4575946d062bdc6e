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


def attempts(calls: Iterable[OwnCall]) -> list[list[OwnCall]]:
    """Return the calls, together those that try one address of a name after the other."""
    found: list[list[OwnCall]] = []
    for call in calls:
        before = found[-1][-1] if found else None
        if before and before.refused and _is_next_address(before, call):
            found[-1].append(call)
        else:
            found.append([call])
    return found


def _is_next_address(before: OwnCall, call: OwnCall) -> bool:
    same_port = (call.protocol, call.called.port) == (before.protocol, before.called.port)
    is_soon = 0 <= call.time_ns - before.time_ns < AT_ONCE_NS
    return same_port and is_soon and call.called.ip != before.called.ip


def own_calls(packets: Iterable[Packet]) -> tuple[OwnCall, ...]:
    """Return the calls among the first packets of a host's loopback."""
    return tuple(
        OwnCall(each.started_ns, each.protocol, each.client, each.server, each.refused)
        for each in conversations(packets)
        if each.opening_seen
    )
