"""Joins IP fragments to datagrams (RFC 791, 3.2; RFC 8200, 4.5; RFC 5722)."""

from __future__ import annotations

import struct
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
    packets: list[Packet] = field(default_factory=list)
    pieces: dict[int, _Piece] = field(default_factory=dict)

    def data(self) -> bytes | None:
        """Return the datagram's data if no piece is missing."""
        at = 0
        for offset, piece in sorted(self.pieces.items()):
            if offset != at or not piece.captured:
                return None
            at += len(piece.data)
            if piece.last:
                return b"".join(part.data for _, part in sorted(self.pieces.items()))
        return None

    def fits(self, piece: _Piece, time_ns: int) -> bool:
        """Return whether a piece belongs to the same datagram as the pieces so far."""
        if time_ns - self.packets[0].time_ns > LIFETIME_NS:
            return False
        if piece.offset in self.pieces:
            return self.pieces[piece.offset].data == piece.data
        stop = piece.offset + len(piece.data)
        return all(
            stop <= offset or offset + len(have.data) <= piece.offset
            for offset, have in self.pieces.items()
        )


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
        waiting.packets.append(packet)
        waiting.pieces[piece.offset] = piece
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
    first = waiting.pieces.get(0)
    if first is None:
        return []
    packet = next(packet for packet in waiting.packets if _piece(packet) == first)
    return [Whole(packet, tuple(waiting.packets), complete=False)]


def _joined(waiting: _Pending, data: bytes) -> Packet:
    first = waiting.pieces[0]
    packet = next(packet for packet in waiting.packets if _piece(packet) == first)
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
