"""What all headers share: a place in the frame, and a table of their fields."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from struct import Struct
from typing import Any, ClassVar

from lab.errors import UnknownName
from lab.wire.packet.header.checksum import is_correct
from lab.wire.packet.header.declared import Declared, placed
from lab.wire.packet.header.field import Field, Problem
from lab.wire.packet.header.read_only import ReadOnly


class Header:
    """One protocol's header in a frame; it reads a value from the bytes when asked for it.

    ``LAYOUT`` is what a class and its bases declare, ``FIXED`` what unpacks it. ``_raw`` holds the
    fixed part, unpacked. So decoding costs one :func:`struct.unpack` for each header, and a value
    that nobody asks for costs nothing.
    """

    __slots__ = ("_frame", "_length", "_raw", "_start")

    start = ReadOnly[int]("_start", "The offset of the first byte, from the start of the frame.")
    length = ReadOnly[int]("_length", "How many captured bytes this header takes.")

    name: ClassVar[str] = ""
    LAYOUT: ClassVar[tuple[Declared[Any], ...]] = ()
    FIXED: ClassVar[Struct]

    def __init_subclass__(cls) -> None:
        bases = reversed(cls.__mro__)
        inside = [each for base in bases for each in vars(base).values()]
        cls.LAYOUT = tuple(each for each in inside if type(each) is Declared)
        cls.FIXED = placed(cls.LAYOUT)

    def __init__(self, frame: bytes, start: int, length: int, raw: tuple[int, ...] = ()) -> None:
        self._frame = frame
        self._start = start
        self._length = length
        self._raw = raw

    @property
    def captured(self) -> bytes:
        """The bytes of this header as captured."""
        return self._frame[self._start : self._start + self._length]

    @property
    def checksum_ok(self) -> bool | None:
        """Whether the checksum is right; None where there is none or it cannot be verified."""
        return None

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong inside this header."""
        return ()

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every field in the order of the wire, each with its place in the frame."""
        return (*self._fixed(self._layout()), *self._variable())

    def field(self, name: str) -> Field:
        """Return the first field of that name.

        Raises :class:`lab.errors.UnknownName` where this header has no such field.
        """
        fields = self.fields
        for each in fields:
            if each.name == name:
                return each
        known = ", ".join(dict.fromkeys(each.name for each in fields))
        raise UnknownName(
            f"Looked for the field {name!r} in a {self.name} header",
            "it has no field of that name",
            f"one of: {known}",
        )

    def _layout(self) -> Sequence[Declared[Any]]:
        """Return the fixed part's fields; a subclass overrides it where the type decides."""
        return self.LAYOUT

    def _variable(self) -> Sequence[Field]:
        """Return the fields after the fixed part (options, records)."""
        return ()

    def _fixed(self, layout: Sequence[Declared[Any]]) -> list[Field]:
        start = self._start * 8
        fields = []
        for each in layout:
            value = each.value(self)
            text = each.show(value)
            if each.name.endswith("Checksum"):
                text += {True: " (correct)", False: " (wrong)", None: ""}[self.checksum_ok]
            fields.append(Field(each.name, value, text, start + each.at, each.bits))
        return fields

    def _chunk(self, start: int, stop: int) -> bytes:
        """Return these bytes of the header, counted from its own start."""
        return self._frame[self._start + start : self._start + stop]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Header):
            return NotImplemented
        return (type(self), self._start, self.captured) == (
            type(other),
            other._start,
            other.captured,
        )

    def __hash__(self) -> int:
        return hash((type(self), self._start, self.captured))

    def __repr__(self) -> str:
        shown = ", ".join(f"{each.name}: {each.text}" for each in self.fields)
        return f"<{self.name} at {self._start}: {shown}>"


class Carried(Header):
    """A header that an IP datagram carries, and whose checksum may cover a pseudo-header.

    ``pseudo`` returns the pseudo-header for a protocol number and a length in bytes (RFC 9293
    §3.1, RFC 8200 §8.1). It is None where the checksum cannot be verified: in a fragment, in a
    datagram that is cut off, and before the last hop of a source route.
    """

    __slots__ = ("_pseudo", "_stop")

    def __init__(
        self,
        frame: bytes,
        start: int,
        length: int,
        raw: tuple[int, ...],
        *,
        stop: int,
        pseudo: Callable[[int, int], bytes] | None,
    ) -> None:
        self._frame = frame
        self._start = start
        self._length = length
        self._raw = raw
        self._stop = stop
        self._pseudo = pseudo

    def _sum_is_correct(self, protocol: int) -> bool | None:
        if self._pseudo is None:
            return None
        pseudo = self._pseudo(protocol, self._stop - self._start)
        return is_correct(pseudo + self._frame[self._start : self._stop])
