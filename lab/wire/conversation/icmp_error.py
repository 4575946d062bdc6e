"""What a host or a router reports of a packet: ICMP and ICMPv6 errors in the same words."""

from __future__ import annotations

from dataclasses import dataclass, field

from lab.wire.packet import Packet

COMMON = {
    "fragmentation needed": "packet too big",
    "time to live exceeded in transit": "time exceeded",
    "hop limit exceeded in transit": "time exceeded",
}
"""ICMP's words (RFC 792) and ICMPv6's (RFC 4443) for what is the same."""


@dataclass(frozen=True)
class IcmpError:
    """One error: what it is, who reports it, and the packet that it is about.

    ``kind`` is ``port unreachable``, ``time exceeded``, ``packet too big`` … in both IP versions.
    ``sender`` is the IP address that it comes from, ``quoted`` as much of the packet in question
    as it quotes, ``mtu`` what a packet too big should fit, in bytes. ``packet`` is its own.
    """

    kind: str
    sender: str
    quoted: Packet | None
    mtu: int | None = None
    packet: Packet | None = field(default=None, compare=False, repr=False)


def icmp_error(packet: Packet) -> IcmpError | None:
    """Return the error that a packet reports; None for any other packet."""
    icmp = packet.icmp_any
    if icmp is None or not icmp.is_error or packet.source is None:
        return None
    detail = icmp.message.rpartition(": ")[2]
    kind = COMMON.get(detail, detail)
    return IcmpError(kind, packet.source.ip, packet.quoted, icmp.mtu, packet)
