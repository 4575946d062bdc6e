"""The header of BSD's loopback: which protocol follows, as the host numbers it."""

from __future__ import annotations

from lab.wire.packet.header.declared import number
from lab.wire.packet.header.header import Header

LENGTH = 4
INET = 2
INET6 = frozenset((10, 24, 28, 30))
"""AF_INET6 of Linux, of NetBSD and OpenBSD, of FreeBSD, of macOS."""


class Loopback(Header):
    """Four bytes in the byte order of the host that captured it.

    See https://www.tcpdump.org/linktypes/LINKTYPE_NULL.html.
    """

    __slots__ = ()
    name = "Loopback"
    family = number("Address Family", 32, "What follows; 2 is IPv4, read in the host's order.")

    @property
    def is_ip(self) -> bool:
        """Whether IP follows, read in either byte order."""
        orders = {self.family, int.from_bytes(self.captured, "little")}
        return not orders.isdisjoint(INET6 | {INET})
