"""UDP's header (RFC 768)."""

from __future__ import annotations

from lab.wire.packet.header.declared import hex16, number
from lab.wire.packet.header.header import Carried
from lab.wire.packet.header.number import UDP

LENGTH = 8


class Udp(Carried):
    """A UDP header."""

    __slots__ = ()
    name = "UDP"
    source_port = number("Source Port", 16, "The sender's port.")
    destination_port = number("Destination Port", 16, "The receiver's port.")
    udp_length = number("Length", 16, "Header and data in bytes.")
    checksum = number("Checksum", 16, "Covers pseudo-header, header and data; 0: none.", hex16)

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
