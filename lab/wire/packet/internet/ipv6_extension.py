"""IPv6's extension headers (RFC 8200 §4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Protocol

from lab.wire.packet.header.field import Field
from lab.wire.packet.header.header import Header, Layout, Spec, yes_no
from lab.wire.packet.header.number import (
    DESTINATION_OPTIONS,
    FRAGMENT,
    HOP_BY_HOP,
    ROUTING,
    next_header_text,
)
from lab.wire.packet.header.option import OptionForm, WithOptions, named

PAD1 = 0
# RFC 8200 §4.2; RFC 2711 for Router Alert; RFC 2675 for the jumbo payload.
OPTIONS = {PAD1: "Pad1", 1: "PadN", 5: "Router Alert", 0xC2: "Jumbo Payload"}


class Extension(Header):
    """What all extension headers begin with: what comes next, and how long this one is."""

    __slots__ = ()
    LAYOUT: ClassVar[Layout] = (
        Spec("Next Header", 8, "next_header", next_header_text),
        Spec("Hdr Ext Len", 8, "extension_length", lambda v: f"{v} ({v * 8 + 8} bytes)"),
    )

    @property
    def next_header(self) -> int:
        """The number of what follows this header."""
        return self._frame[self._start]

    @property
    def extension_length(self) -> int:
        """The length of this header in units of 8 bytes, the first 8 not counted."""
        return self._frame[self._start + 1]


class Options(WithOptions, Extension):
    """A header made of options, each a type, a length and data (RFC 8200 §4.2)."""

    __slots__ = ()
    FORM: ClassVar[OptionForm] = OptionForm(
        named(OPTIONS),
        "an IPv6 option's length does not fit the header",
        begins=2,
        uncounted=2,
        alone=(PAD1,),
    )


class HopByHop(Options):
    """Options for every router on the way (RFC 8200 §4.3)."""

    __slots__ = ()
    name: ClassVar[str] = "Hop-by-Hop Options"


class DestinationOptions(Options):
    """Options for the receiver (RFC 8200 §4.6)."""

    __slots__ = ()
    name: ClassVar[str] = "Destination Options"


class Routing(Extension):
    """A route through named hops (RFC 8200 §4.4)."""

    __slots__ = ()
    name: ClassVar[str] = "Routing"
    LAYOUT: ClassVar[Layout] = (
        *Extension.LAYOUT,
        Spec("Routing Type", 8, "routing_type"),
        Spec("Segments Left", 8, "segments_left"),
    )

    @property
    def routing_type(self) -> int:
        """Which kind of route this is."""
        return self._frame[self._start + 2]

    @property
    def segments_left(self) -> int:
        """How many of the named hops are still to come."""
        return self._frame[self._start + 3]

    def _variable(self) -> Sequence[Field]:
        data = self._chunk(4, self._length)
        bits = len(data) * 8
        return [Field("type-specific data", data, data.hex(" "), (self._start + 4) * 8, bits)]


class Fragment(Header):
    """A part of a packet too large for a link (RFC 8200 §4.5)."""

    __slots__ = ()
    name: ClassVar[str] = "Fragment"
    LAYOUT: ClassVar[Layout] = (
        Spec("Next Header", 8, "next_header", next_header_text),
        Spec("Reserved", 8, "reserved"),
        Spec("Fragment Offset", 13, "fragment_offset", lambda value: f"{value} bytes"),
        Spec("Res", 2, "res"),
        Spec("M flag", 1, "more_fragments", yes_no),
        Spec("Identification", 32, "identification", lambda value: f"0x{value:08x}"),
    )

    @property
    def next_header(self) -> int:
        """The number of what the first fragment begins with."""
        return self._frame[self._start]

    @property
    def reserved(self) -> int:
        """A byte that must be zero."""
        return self._frame[self._start + 1]

    @property
    def fragment_offset(self) -> int:
        """Where in the packet these bytes belong, in bytes."""
        return self._word & 0xFFF8

    @property
    def res(self) -> int:
        """Two bits that must be zero."""
        return self._word >> 1 & 3

    @property
    def more_fragments(self) -> bool:
        """Whether fragments of the same packet follow this one's bytes."""
        return bool(self._word & 1)

    @property
    def identification(self) -> int:
        """What the fragments of one packet have in common."""
        return int.from_bytes(self._chunk(4, 8), "big")

    @property
    def _word(self) -> int:
        return int.from_bytes(self._chunk(2, 4), "big")


class _ExtensionClass(Protocol):
    def __call__(self, frame: bytes, start: int, length: int) -> Header: ...


EXTENSIONS: dict[int, _ExtensionClass] = {
    HOP_BY_HOP: HopByHop,
    ROUTING: Routing,
    FRAGMENT: Fragment,
    DESTINATION_OPTIONS: DestinationOptions,
}
