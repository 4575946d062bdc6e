"""What ICMP (RFC 792) and ICMPv6 (RFC 4443) share: kinds of message, echoes, quotations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from lab.wire.packet.header.declared import Declared, hex16, number
from lab.wire.packet.header.header import Carried

LENGTH = 8
T = TypeVar("T")
Kind = int | tuple[int, int] | None


@dataclass(frozen=True)
class Kinds:
    """The messages of one protocol: names of types and codes, types of echoes and of errors."""

    types: Mapping[int, str]
    codes: Mapping[tuple[int, int], str]
    echoes: tuple[int, int]
    errors: tuple[int, ...]


class Part(Declared[T]):
    """A field after the checksum in the messages of some kinds; None in all others.

    ``of`` are the types, or pairs of a type and a code; None stands for all that no other names.
    """

    def __init__(
        self,
        name: str,
        bits: int,
        doc: str,
        of: tuple[Kind, ...],
        read: Callable[[Any], Any] | None = None,
        show: Callable[[Any], str] = str,
        *,
        packed: bool = False,
    ) -> None:
        super().__init__(name, bits, doc, read, show, packed=packed)
        self.of = of

    def place_after(self, others: Iterable[Declared[Any]]) -> None:
        """Say that the field follows type, code and checksum, and these."""
        at = 32 + sum(each.bits for each in others)
        value = self.from_bytes(at)
        self.place(at, lambda header: value(header) if self in header.parts else None)


def part(
    name: str, bits: int, doc: str, *of: Kind, show: Callable[[Any], str] = str
) -> Part[int | None]:
    """Declare a number that messages of these kinds hold."""
    return Part(name, bits, doc, of, show=show)


class IcmpMessage(Carried):
    """What ICMP and ICMPv6 have in common."""

    __slots__ = ()
    kinds: ClassVar[Kinds]
    PARTS: ClassVar[dict[Kind, list[Part[Any]]]]

    type = number("Type", 8, "What kind of message this is.")
    code = number("Code", 8, "What the type says in detail.")
    checksum = number("Checksum", 16, "The checksum over the whole message.", hex16)

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.PARTS = {}
        for each in vars(cls).values():
            if isinstance(each, Part):
                for kind in each.of:
                    before = cls.PARTS.setdefault(kind, [])
                    each.place_after(before)
                    before.append(each)

    @classmethod
    def length_of(cls, kind: int, there: int) -> int:
        """Return how many bytes the header of that type takes, of so many that are there."""
        return LENGTH

    @property
    def parts(self) -> list[Part[Any]]:
        """The fields of this kind of message after the checksum."""
        by_kind = self.PARTS
        kind = (self.type, self.code)
        return by_kind.get(kind) or by_kind.get(self.type) or by_kind[None]

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

    def _layout(self) -> Sequence[Declared[Any]]:
        return (*self.LAYOUT, *self.parts)
