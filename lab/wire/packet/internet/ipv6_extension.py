"""IPv6's extension headers (RFC 8200 §4)."""

from __future__ import annotations

from collections.abc import Sequence

from lab.wire.packet.header.declared import flag, in_bytes, number
from lab.wire.packet.header.field import Field
from lab.wire.packet.header.header import Header
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


def _length_text(value: int) -> str:
    return f"{value} ({value * 8 + 8} bytes)"


class Extension(Header):
    """What all extension headers begin with: what comes next, and how long this one is."""

    __slots__ = ()
    next_header = number("Next Header", 8, "The number of what follows.", next_header_text)
    extension_length = number("Hdr Ext Len", 8, "In units of 8 bytes, less one.", _length_text)


class Options(WithOptions, Extension):
    """A header made of options, each a type, a length and data (RFC 8200 §4.2)."""

    __slots__ = ()
    FORM = OptionForm(
        named(OPTIONS),
        "an IPv6 option's length does not fit the header",
        begins=2,
        uncounted=2,
        alone=(PAD1,),
    )


class HopByHop(Options):
    """Options for every router on the way (RFC 8200 §4.3)."""

    __slots__ = ()
    name = "Hop-by-Hop Options"


class DestinationOptions(Options):
    """Options for the receiver (RFC 8200 §4.6)."""

    __slots__ = ()
    name = "Destination Options"


class Routing(Extension):
    """A route through named hops (RFC 8200 §4.4)."""

    __slots__ = ()
    name = "Routing"
    routing_type = number("Routing Type", 8, "Which kind of route this is.")
    segments_left = number("Segments Left", 8, "How many of the named hops are still to come.")

    def _variable(self) -> Sequence[Field]:
        data = self._chunk(4, self._length)
        bits = len(data) * 8
        return [Field("type-specific data", data, data.hex(" "), (self._start + 4) * 8, bits)]


class Fragment(Header):
    """A part of a packet too large for a link (RFC 8200 §4.5)."""

    __slots__ = ()
    name = "Fragment"
    next_header = number(
        "Next Header", 8, "The number of what the first fragment begins with.", next_header_text
    )
    reserved = number("Reserved", 8, "A byte that must be zero.")
    fragment_offset = number(
        "Fragment Offset", 13, "Where these bytes belong, in bytes.", in_bytes, unit=8
    )
    res = number("Res", 2, "Two bits that must be zero.")
    more_fragments = flag("M flag", "Whether fragments of the same packet follow.")
    identification = number(
        "Identification", 32, "What the fragments of one packet share.", "0x{:08x}".format
    )


EXTENSIONS: dict[int, type[Header]] = {
    HOP_BY_HOP: HopByHop,
    ROUTING: Routing,
    FRAGMENT: Fragment,
    DESTINATION_OPTIONS: DestinationOptions,
}
