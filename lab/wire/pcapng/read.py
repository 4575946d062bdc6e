"""Reads pcapng files of any writer: sections, interfaces, names; what is unknown is skipped."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from socket import AF_INET, AF_INET6, inet_ntop
from typing import BinaryIO

from lab.wire.packet import Packet, decode
from lab.wire.pcapng import layout

LEAST_BLOCK = 12
LONGEST_BLOCK = 1 << 26
LONGEST_PACKET = 262_144
_MICROSECONDS = 1000


@dataclass(eq=False)
class Seen:
    """One interface of one section, and what it saw.

    ``leaving`` are the numbers of packets of which the file says that the host sent them, ``told``
    those of which it says either. ``dropped`` is None where the file does not count.
    """

    name: str
    link_type: int
    section: int
    packets: list[Packet] = field(default_factory=list)
    leaving: set[int] = field(default_factory=set)
    told: set[int] = field(default_factory=set)
    dropped: int | None = None
    longest: int = 0
    ns: tuple[int, int] = (_MICROSECONDS, 1)
    """Nanoseconds of one tick, as a fraction."""
    offset_ns: int = 0


class Reading:
    """What a file holds, read up to where it is damaged: ``problem`` then says where and why.

    ``names`` are hosts' names by address. Packets are numbered from 1, as Wireshark does. Where
    there are more than ``most``, or they hold more than ``most_bytes``, only the first are read,
    and ``stream`` stands behind them.
    """

    def __init__(
        self, stream: BinaryIO, most: int | None = None, most_bytes: int | None = None
    ) -> None:
        self.seen: list[Seen] = []
        self.names: dict[str, str] = {}
        self.problem: str | None = None
        self.count = 0
        self._stream = stream
        self._most, self._most_bytes = most, most_bytes
        self._kept = 0
        self._order = "<"
        self._section: list[Seen] = []
        self._sections = 0
        self._last_ns = 0
        try:
            self._read()
        except struct.error:
            self.problem = f"it is damaged behind packet {self.count}: a block is too short"

    def _read(self) -> None:
        while self.count != self._most and (
            self._most_bytes is None or self._kept < self._most_bytes
        ):
            behind = f"behind packet {self.count}"
            head = self._stream.read(LEAST_BLOCK)
            if not head:
                return
            if len(head) < LEAST_BLOCK:
                have = f"{len(head)} of {LEAST_BLOCK} bytes"
                self.problem = f"it ends within a block {behind}: {have}"
                return
            begins = head[:4] == layout.SECTION.to_bytes(4, "big")
            if begins and not self._begin(head):
                self.problem = f"it is damaged {behind}: a section has no byte order"
                return
            kind, length = struct.unpack_from(self._order + "II", head)
            if length < LEAST_BLOCK or length % 4 or length > LONGEST_BLOCK:
                self.problem = f"it is damaged {behind}: a block claims {length} bytes"
                return
            block = head + self._stream.read(length - LEAST_BLOCK)
            if len(block) < length:
                self.problem = f"it ends within a block {behind}: {len(block)} of {length} bytes"
                return
            self._block(kind, block[8:-4])

    def _begin(self, head: bytes) -> bool:
        for order in "<>":
            if struct.unpack_from(order + "I", head, 8)[0] == layout.BYTE_ORDER:
                self._order = order
                self._section = []
                self._sections += 1
                return True
        return False

    def _block(self, kind: int, body: bytes) -> None:
        if kind == layout.INTERFACE:
            self._interface(body)
        elif kind == layout.PACKET:
            number, high, low, kept, length = struct.unpack_from(self._order + "IIIII", body)
            self._packet(body[20:], number, high << 32 | low, (kept, length))
        elif kind == layout.OBSOLETE_PACKET:
            number, _, high, low, kept, length = struct.unpack_from(self._order + "HHIIII", body)
            self._packet(body[20:], number, high << 32 | low, (kept, length))
        elif kind == layout.SIMPLE_PACKET:
            (length,) = struct.unpack_from(self._order + "I", body)
            longest = self._section[0].longest if self._section else 0
            kept = min(length, longest or length, len(body) - 4)
            self._packet(body[4 : 4 + kept], 0, None, (kept, length))
        elif kind == layout.NAMES:
            self.names.update(self._names(body))
        elif kind == layout.STATISTICS:
            (number,) = struct.unpack_from(self._order + "I", body)
            for code, value in self._options(body[12:]):
                if code == layout.ISB_DROPPED and len(value) == 8 and number < len(self._section):
                    self._section[number].dropped = self._number(value)

    def _interface(self, body: bytes) -> None:
        link_type, _, longest = struct.unpack_from(self._order + "HHI", body)
        seen = Seen("", link_type, self._sections, longest=longest)
        for code, value in self._options(body[8:]):
            if code == layout.IF_NAME:
                seen.name = _text(value)
            elif code == layout.IF_RESOLUTION and value:
                exponent = value[0] & 0x7F
                ticks = 2**exponent if value[0] & 0x80 else 10**exponent
                seen.ns = 10**9, ticks
            elif code == layout.IF_OFFSET and len(value) == 8:
                seconds = struct.unpack(self._order + "q", value)[0]
                seen.offset_ns = seconds * 10**9
        self._section.append(seen)
        self.seen.append(seen)

    def _packet(self, body: bytes, number: int, ticks: int | None, sizes: tuple[int, int]) -> None:
        """Add a packet; one without a time (a simple packet block) has that of the one before."""
        kept, length = sizes
        if number >= len(self._section) or kept > min(len(body), LONGEST_PACKET):
            raise struct.error
        self.count += 1
        self._kept += kept
        seen = self._section[number]
        if ticks is not None:
            self._last_ns = ticks * seen.ns[0] // seen.ns[1] + seen.offset_ns
        seen.packets.append(
            decode(
                body[:kept],
                time_ns=self._last_ns,
                number=self.count,
                wire_length=max(length, kept),
                link_type=seen.link_type,
            )
        )
        for code, value in self._options(body[kept + -kept % 4 :]):
            if code == layout.EPB_FLAGS and len(value) == 4:
                direction = self._number(value) & 3
                if direction:
                    seen.told.add(self.count)
                if direction == layout.OUTBOUND:
                    seen.leaving.add(self.count)

    def _names(self, body: bytes) -> Iterator[tuple[str, str]]:
        lengths = {layout.NAME_OF_IPV4: (4, AF_INET), layout.NAME_OF_IPV6: (16, AF_INET6)}
        for code, value in self._options(body):
            if code in lengths:
                length, family = lengths[code]
                name = _text(value[length:].split(b"\0")[0])
                if len(value) > length and name:
                    yield inet_ntop(family, value[:length]), name

    def _options(self, body: bytes) -> Iterator[tuple[int, bytes]]:
        at = 0
        while at + 4 <= len(body):
            code, length = struct.unpack_from(self._order + "HH", body, at)
            if code == 0 or at + 4 + length > len(body):
                return
            yield code, body[at + 4 : at + 4 + length]
            at += 4 + length + -length % 4

    def _number(self, value: bytes) -> int:
        return int.from_bytes(value, "little" if self._order == "<" else "big")


def _text(value: bytes) -> str:
    return value.rstrip(b"\0").decode("utf-8", "replace")
