"""What a packet reports of multicast groups: IGMP (RFC 3376) and MLD (RFC 3810), all versions."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address

from lab.wire.packet import Packet

V1_REPORT, V2_REPORT, V2_LEAVE, V3_REPORT = 0x12, 0x16, 0x17, 0x22
MLD_REPORT, MLD_DONE, MLD2_REPORT = 131, 132, 143

INCLUDE, TO_INCLUDE, BLOCK = 1, 3, 6
"""Kinds of records by which, without sources, nothing is wanted any more (RFC 3376, 4.2.12)."""


def reports(packet: Packet) -> Iterator[tuple[str, bool]]:
    """Yield the groups that a packet reports on, and whether its sender is in each from then on."""
    if packet.ip is None:
        return
    if packet.protocol == "igmp":
        body = packet.payload
        single, done, many = [V1_REPORT, V2_REPORT], V2_LEAVE, V3_REPORT
        at, length = 4, 4
    elif packet.icmpv6 is not None:
        body = packet.data[packet.icmpv6.start :]
        single, done, many = [MLD_REPORT], MLD_DONE, MLD2_REPORT
        at, length = 8, 16
    else:
        return
    kind = body[0] if body else 0
    if kind in single or kind == done:
        if group := _address(body[at : at + length], length):
            yield group, kind != done
    elif kind == many:
        yield from _records(body, length)


def _records(body: bytes, length: int) -> Iterator[tuple[str, bool]]:
    at = 8
    for _ in range(int.from_bytes(body[6:8], "big")):
        record = body[at : at + 4 + length]
        group = _address(record[4:], length)
        if not group:
            return
        kind, auxiliary, sources = record[0], record[1], int.from_bytes(record[2:4], "big")
        if kind != BLOCK:
            yield group, sources > 0 or kind not in (INCLUDE, TO_INCLUDE)
        at += 4 + length + sources * length + auxiliary * 4


def _address(raw: bytes, length: int) -> str:
    return str(ip_address(raw)) if len(raw) == length else ""
