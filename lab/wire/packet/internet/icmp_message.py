"""What ICMP (RFC 792) and ICMPv6 (RFC 4443) share: kinds of message, echoes, quotations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from lab.wire.packet.header.header import Carried, Layout, Spec, hex16

LENGTH = 8


@dataclass(frozen=True)
class Kinds:
    """The messages of one protocol: names of types and codes, types of echoes and of errors."""

    types: Mapping[int, str]
    codes: Mapping[tuple[int, int], str]
    echoes: tuple[int, int]
    errors: tuple[int, ...]


TYPE_CODE_CHECKSUM: Layout = (
    Spec("Type", 8, "type"),
    Spec("Code", 8, "code"),
    Spec("Checksum", 16, "checksum", hex16),
)
ECHO: Layout = (Spec("Identifier", 16, "identifier"), Spec("Sequence Number", 16, "sequence"))
UNUSED: Layout = (Spec("Unused", 32, "unused"),)


class IcmpMessage(Carried):
    """What ICMP and ICMPv6 have in common."""

    __slots__ = ()
    kinds: ClassVar[Kinds]

    @classmethod
    def length_of(cls, kind: int, there: int) -> int:
        """Return how many bytes the header of that type takes, of so many that are there."""
        return LENGTH

    @property
    def type(self) -> int:
        """What kind of message this is."""
        return self._raw[0]

    @property
    def code(self) -> int:
        """What the type says in detail."""
        return self._raw[1]

    @property
    def checksum(self) -> int:
        """The checksum over the whole message."""
        return self._raw[2]

    @property
    def is_echo(self) -> bool:
        """Whether this is an echo request or reply."""
        return self.type in self.kinds.echoes

    @property
    def is_error(self) -> bool:
        """Whether this reports an error and quotes the datagram that caused it."""
        return self.type in self.kinds.errors

    @property
    def message(self) -> str:
        """What the message says, such as ``destination unreachable: port unreachable``."""
        name = self.kinds.types.get(self.type, f"type {self.type}")
        if (self.type, self.code) in self.kinds.codes:
            return f"{name}: {self.kinds.codes[self.type, self.code]}"
        return f"{name}: code {self.code}" if self.code else name

    @property
    def identifier(self) -> int | None:
        """Of an echo: which program it belongs to, else None."""
        return self._raw[3] if self.is_echo else None

    @property
    def sequence(self) -> int | None:
        """Of an echo: its number, else None."""
        return self._raw[4] if self.is_echo else None

    @property
    def unused(self) -> int:
        """The second 32-bit word, where this message does not use it."""
        return self._raw[3] << 16 | self._raw[4]

    @property
    def unused_half(self) -> int:
        """The first half of the second word, where only the other one is used."""
        return self._raw[3]
