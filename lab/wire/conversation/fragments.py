"""Joins IP fragments to datagrams (RFC 791, 3.2; RFC 8200, 4.5; RFC 5722)."""

from __future__ import annotations

import struct
from bisect import bisect_right, insort
from collections.abc import Iterable
from dataclasses import dataclass, field

from lab.wire.packet import Packet, decode
from lab.wire.packet.header.checksum import internet_checksum
from lab.wire.packet.internet.ipv6_extension import Fragment

LIFETIME_NS = 60_000_000_000
"""How long a receiver keeps the fragments of a datagram that is not whole (RFC 8200, 4.5)."""

Key = tuple[str, str, int, int]


@dataclass(frozen=True, slots=True)
class Whole:
    """One IP datagram: ``packet`` as if it had crossed whole, ``parts`` as captured.

    ``complete`` is False where fragments are missing; ``packet`` is then the first fragment.
    """

    packet: Packet
    parts: tuple[Packet, ...]
    complete: bool = True


@dataclass(frozen=True, slots=True)
class _Piece:
    key: Key
    offset: int
    data: bytes
    last: bool
    captured: bool


@dataclass(slots=True)
class _Pending:
    """The fragments of one datagram so far; ``reached`` is where its data has its first gap."""

    packets: list[Packet] = field(default_factory=list)
    pieces: dict[int, _Piece] = field(default_factory=dict)
    offsets: list[int] = field(default_factory=list)
    first: Packet | None = None
    reached: int = 0

    def add(self, packet: Packet, piece: _Piece) -> None:
        """Take in a fragment that fits."""
        self.packets.append(packet)
        if piece.offset not in self.pieces:
            insort(self.offsets, piece.offset)
        if piece.offset == 0 and self.first is None:
            self.first = packet
        self.pieces[piece.offset] = piece

    def data(self) -> bytes | None:
        """Return the datagram's data if no piece is missing."""
        while (piece := self.pieces.get(self.reached)) and piece.captured:
            if piece.last:
                stop = bisect_right(self.offsets, piece.offset)
                return b"".join(self.pieces[offset].data for offset in self.offsets[:stop])
            if not piece.data:
                return None
            self.reached += len(piece.data)
        return None

    def fits(self, piece: _Piece, time_ns: int) -> bool:
        """Return whether a piece belongs to the same datagram as the pieces so far."""
        if time_ns - self.packets[0].time_ns > LIFETIME_NS:
            return False
        if piece.offset in self.pieces:
            return self.pieces[piece.offset].data == piece.data
        # No two pieces overlap, so only the two beside it can overlap this one.
        at = bisect_right(self.offsets, piece.offset)
        stop = piece.offset + len(piece.data)
        if at < len(self.offsets) and self.offsets[at] < stop:
            return False
        before = self.pieces[self.offsets[at - 1]] if at else None
        return before is None or before.offset + len(before.data) <= piece.offset


def reassemble(packets: Iterable[Packet]) -> list[Whole]:
    """Return the datagrams in the packets, in order of their first packet.

    Fragments that overlap are not joined, since a receiver discards such a datagram (RFC 5722).
    A datagram without its first fragment is left out, since its ports are not known.
    """
    found: list[Whole] = []
    pending: dict[Key, _Pending] = {}
    for packet in packets:
        piece = _piece(packet)
        if piece is None:
            found.append(Whole(packet, (packet,)))
            continue
        waiting = pending.get(piece.key)
        if waiting is not None and not waiting.fits(piece, packet.time_ns):
            found.extend(_incomplete(pending.pop(piece.key)))
            waiting = None
        if waiting is None:
            waiting = pending.setdefault(piece.key, _Pending())
        waiting.add(packet, piece)
        data = waiting.data()
        if data is not None:
            del pending[piece.key]
            found.append(Whole(_joined(waiting, data), tuple(waiting.packets)))
    for waiting in pending.values():
        found.extend(_incomplete(waiting))
    return sorted(found, key=lambda whole: whole.parts[0].number)


def _piece(packet: Packet) -> _Piece | None:
    """Return what this packet holds of a fragmented datagram, or None if it is not a fragment."""
    span, ip = packet.fragment, packet.ip
    if span is None or ip is None:
        return None
    key = (ip.source, ip.destination, span.identification, span.protocol)
    data = packet.data[span.start : span.stop]
    whole = len(data) == span.stop - span.start
    return _Piece(key, span.offset, data, not span.more, whole)


def _incomplete(waiting: _Pending) -> list[Whole]:
    if waiting.first is None:
        return []
    return [Whole(waiting.first, tuple(waiting.packets), complete=False)]


def _joined(waiting: _Pending, data: bytes) -> Packet:
    packet = waiting.first
    assert packet is not None  # noqa: S101 - its data is whole
    front = _front_of_ipv4(packet, data) if packet.ipv4 else _front_of_ipv6(packet, data)
    earliest = waiting.packets[0]
    return decode(front + data, time_ns=earliest.time_ns, number=earliest.number)


def _front_of_ipv4(packet: Packet, data: bytes) -> bytes:
    ip = packet.ipv4
    assert ip is not None  # noqa: S101 - asked by the caller
    length = ip.ihl * 4
    header = bytearray(packet.data[ip.start : ip.start + length])
    # Total Length, then the flags and the offset of one that was never split, then the checksum.
    struct.pack_into("!H", header, 2, min(length + len(data), 0xFFFF))
    struct.pack_into("!HBBH", header, 6, 0, header[8], header[9], 0)
    struct.pack_into("!H", header, 10, internet_checksum(bytes(header)))
    return packet.data[: ip.start] + bytes(header)


def _front_of_ipv6(packet: Packet, data: bytes) -> bytes:
    ip = packet.ipv6
    fragment = next(each for each in packet.headers if isinstance(each, Fragment))
    assert ip is not None  # noqa: S101 - asked by the caller
    front = bytearray(packet.data[: fragment.start])
    before = packet.headers[packet.headers.index(fragment) - 1]
    next_header_at = ip.start + 6 if before is ip else before.start
    front[next_header_at] = fragment.next_header
    length = fragment.start - ip.start - 40 + len(data)
    struct.pack_into("!H", front, ip.start + 4, min(length, 0xFFFF))
    return bytes(front)
