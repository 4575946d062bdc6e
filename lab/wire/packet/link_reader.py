"""Reads a captured frame of any link layer that is known here, from its first byte."""

from __future__ import annotations

from collections.abc import Callable

from lab.wire.packet.link import cooked, loopback
from lab.wire.packet.link.cooked import Cooked, Cooked2
from lab.wire.packet.link.loopback import Loopback
from lab.wire.packet.reader import FrameReader

ETHERNET = 1
"""The link type of Ethernet (https://www.tcpdump.org/linktypes.html)."""


class LinkReader(FrameReader):
    """Reads what begins with the header of a link layer."""

    __slots__ = ()

    def link(self, link_type: int) -> int:
        """Read a frame of this type, and return the offset of the payload."""
        if link_type == ETHERNET:
            return self.frame()
        read = _READERS.get(link_type)
        if read is None:
            self.wrong("link", 0, f"link type {link_type} is not read here")
            return 0
        return read(self)

    def _cooked(self) -> int:
        return self._cooked_as(Cooked, cooked.LENGTH)

    def _cooked2(self) -> int:
        return self._cooked_as(Cooked2, cooked.LENGTH_2)

    def _cooked_as(self, kind: type[Cooked | Cooked2], length: int) -> int:
        if len(self.data) < length:
            return self.cut_off(kind.name, 0, length)
        header = kind(self.data, 0, length, kind.FIXED.unpack_from(self.data))
        self.headers.append(header)
        return self.carried_as(header.protocol, length)

    def _loopback(self) -> int:
        if len(self.data) < loopback.LENGTH:
            return self.cut_off(Loopback.name, 0, loopback.LENGTH)
        raw = Loopback.FIXED.unpack_from(self.data)
        header = Loopback(self.data, 0, loopback.LENGTH, raw)
        self.headers.append(header)
        return self.datagram(loopback.LENGTH) if header.is_ip else loopback.LENGTH


_READERS: dict[int, Callable[[LinkReader], int]] = {
    0: LinkReader._loopback,
    12: LinkReader.datagram,
    14: LinkReader.datagram,
    101: LinkReader.datagram,
    108: LinkReader._loopback,
    113: LinkReader._cooked,
    228: LinkReader.datagram,
    229: LinkReader.datagram,
    276: LinkReader._cooked2,
}
"""Loopback of BSD and OpenBSD, raw IP (three numbers, and one for each version), Linux cooked."""
