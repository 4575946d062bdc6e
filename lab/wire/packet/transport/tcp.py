"""TCP's header (RFC 9293 §3.1)."""

from __future__ import annotations

from enum import IntFlag
from functools import cache

from lab.wire.packet.header.declared import Declared, hex16, number, words_and_bytes
from lab.wire.packet.header.field import Problem
from lab.wire.packet.header.header import Carried
from lab.wire.packet.header.number import TCP
from lab.wire.packet.header.option import WithOptions
from lab.wire.packet.transport import tcp_option

LENGTH = 20


class Flags(IntFlag):
    """The control bits, shown in the order in which people say them: ``SYN ACK``."""

    FIN = 0x01
    SYN = 0x02
    RST = 0x04
    PSH = 0x08
    ACK = 0x10
    URG = 0x20
    ECE = 0x40
    CWR = 0x80

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the bits that are set."""
        return _names(self)

    def __str__(self) -> str:
        return " ".join(self.names)


@cache
def _names(flags: Flags) -> tuple[str, ...]:
    return tuple(str(flag.name) for flag in Flags if flag in flags)


_FLAGS = tuple(Flags(value) for value in range(256))


def _flags_text(flags: Flags) -> str:
    return str(flags) or "none"


class Tcp(WithOptions, Carried):
    """A TCP header, options included."""

    __slots__ = ()
    FORM = tcp_option.FORM
    name = "TCP"
    source_port = number("Source Port", 16, "The sender's port.")
    destination_port = number("Destination Port", 16, "The receiver's port.")
    sequence = number("Sequence Number", 32, "The first byte's; with SYN, the initial number.")
    acknowledgment = number("Acknowledgment Number", 32, "The next byte expected; with ACK.")
    data_offset = number("Data Offset", 4, "This header in 32-bit words.", words_and_bytes)
    reserved = number("Reserved", 4, "Four bits for future use.")
    flags = Declared("Control Bits", 8, "The control bits.", _FLAGS.__getitem__, _flags_text)
    window = number("Window", 16, "Bytes that the sender takes, before scaling (RFC 7323 §2.2).")
    checksum = number("Checksum", 16, "Covers pseudo-header, header and data.", hex16)
    urgent_pointer = number("Urgent Pointer", 16, "Where urgent data ends; with URG.")

    @property
    def mss(self) -> int | None:
        """The maximum segment size that the sender announces, in bytes, or None."""
        return self._number(tcp_option.MSS)

    @property
    def window_scale(self) -> int | None:
        """The shift count that the sender announces, or None."""
        return self._number(tcp_option.WINDOW_SCALE)

    @property
    def sack(self) -> tuple[tuple[int, int], ...]:
        """The blocks of a SACK option (RFC 2018 §3): left and right edge each; else none."""
        values = (each.value for each in self.options if each.kind == tcp_option.SACK)
        return next((value for value in values if isinstance(value, tuple)), ())

    @property
    def checksum_ok(self) -> bool | None:
        """Whether the checksum is right; None for fragments and segments cut off."""
        return self._sum_is_correct(TCP)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """An option whose length cannot be, in a header that is whole."""
        return () if self._length < self.data_offset * 4 else super().problems

    def _number(self, kind: int) -> int | None:
        values = (each.value for each in self.options if each.kind == kind)
        return next((value for value in values if isinstance(value, int)), None)
