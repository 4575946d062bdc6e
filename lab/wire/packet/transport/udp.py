"""UDP's header (RFC 768)."""

from __future__ import annotations

import struct
from typing import ClassVar

from lab.wire.packet.header.header import Carried, Layout, Spec, hex16
from lab.wire.packet.header.number import UDP

LENGTH = 8
FIXED = struct.Struct("!HHHH")


class Udp(Carried):
    """A UDP header."""

    __slots__ = ()
    name: ClassVar[str] = "UDP"
    LAYOUT: ClassVar[Layout] = (
        Spec("Source Port", 16, "source_port"),
        Spec("Destination Port", 16, "destination_port"),
        Spec("Length", 16, "udp_length"),
        Spec("Checksum", 16, "checksum", hex16),
    )

    @property
    def source_port(self) -> int:
        """The sender's port."""
        return self._raw[0]

    @property
    def destination_port(self) -> int:
        """The receiver's port."""
        return self._raw[1]

    @property
    def udp_length(self) -> int:
        """The Length field: header and data in bytes."""
        return self._raw[2]

    @property
    def checksum(self) -> int:
        """The checksum over pseudo-header, header and data; over IPv4, 0 says there is none."""
        return self._raw[3]

    @property
    def checksum_ok(self) -> bool | None:
        """Whether the checksum is right; None where it cannot be judged.

        A checksum of 0 says "none" over IPv4, and is wrong over IPv6 (RFC 8200 §8.1).
        """
        if self._pseudo is None:
            return None
        if self.checksum == 0:
            return None if len(self._pseudo(UDP, 0)) == 12 else False
        return self._sum_is_correct(UDP)
