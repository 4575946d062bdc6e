"""TCP's header (RFC 9293 §3.1)."""

from __future__ import annotations

import struct
from enum import IntFlag
from typing import ClassVar

from lab.wire.packet.header.field import Problem
from lab.wire.packet.header.header import Carried, Layout, Spec, hex16
from lab.wire.packet.header.number import TCP
from lab.wire.packet.header.option import OptionForm, WithOptions
from lab.wire.packet.transport import tcp_option

LENGTH = 20
FIXED = struct.Struct("!HHIIBBHHH")


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
        return tuple(str(flag.name) for flag in Flags if flag in self)

    def __str__(self) -> str:
        return " ".join(self.names)


_FLAGS = tuple(Flags(value) for value in range(256))


class Tcp(WithOptions, Carried):
    """A TCP header, options included."""

    __slots__ = ()
    FORM: ClassVar[OptionForm] = tcp_option.FORM
    name: ClassVar[str] = "TCP"
    LAYOUT: ClassVar[Layout] = (
        Spec("Source Port", 16, "source_port"),
        Spec("Destination Port", 16, "destination_port"),
        Spec("Sequence Number", 32, "sequence"),
        Spec("Acknowledgment Number", 32, "acknowledgment"),
        Spec("Data Offset", 4, "data_offset", lambda value: f"{value} ({value * 4} bytes)"),
        Spec("Reserved", 4, "reserved"),
        Spec("Control Bits", 8, "flags", lambda value: str(value) or "none"),
        Spec("Window", 16, "window"),
        Spec("Checksum", 16, "checksum", hex16),
        Spec("Urgent Pointer", 16, "urgent_pointer"),
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
    def sequence(self) -> int:
        """The number of the first byte of this segment; with SYN, the initial one."""
        return self._raw[2]

    @property
    def acknowledgment(self) -> int:
        """The number of the byte that the sender expects next; meaningful with ACK."""
        return self._raw[3]

    @property
    def data_offset(self) -> int:
        """The length of this header in 32-bit words."""
        return self._raw[4] >> 4

    @property
    def reserved(self) -> int:
        """Four bits for future use."""
        return self._raw[4] & 0x0F

    @property
    def flags(self) -> Flags:
        """The control bits."""
        return _FLAGS[self._raw[5]]

    @property
    def window(self) -> int:
        """How many bytes the sender is willing to take, before scaling (RFC 7323 §2.2)."""
        return self._raw[6]

    @property
    def checksum(self) -> int:
        """The checksum over pseudo-header, header and data."""
        return self._raw[7]

    @property
    def urgent_pointer(self) -> int:
        """Where urgent data ends; meaningful with URG."""
        return self._raw[8]

    @property
    def mss(self) -> int | None:
        """The maximum segment size that the sender announces, in bytes, or None."""
        return self._number(tcp_option.MSS)

    @property
    def window_scale(self) -> int | None:
        """The shift count that the sender announces, or None."""
        return self._number(tcp_option.WINDOW_SCALE)

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
