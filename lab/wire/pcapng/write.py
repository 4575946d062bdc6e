"""Writes one capture file of several taps, with names, comments and secrets (pcapng)."""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from lab.wire.pcapng import layout

MOST_COMMENT = 1000
"""Characters of one comment; a longer one is cut."""

MOST_OPTION = 65_000
"""Bytes of one option, whose length is a number of 16 bits."""

_ETHERNET = 1
_LONGEST_PACKET = 262_144
_NANOSECONDS = b"\x09"
_END_OF_OPTIONS = bytes(4)
_HEAD = struct.Struct("<II")
_OPTION = struct.Struct("<HH")
_PACKET = struct.Struct("<IIIII")
_KNOWN = struct.Struct("<HHIHHQI")
"""What is known of each packet: flags, its number, the end of the options."""

_DIRECTION = {None: 0, False: layout.INBOUND, True: layout.OUTBOUND}

_PADDING = (b"", b"\0\0\0", b"\0\0", b"\0")


@dataclass(frozen=True, slots=True)
class Interface:
    """One tap, as readers name it. ``dropped`` packets are missing (None: not known)."""

    name: str
    description: str = ""
    dropped: int | None = None


class Taken(Protocol):
    """A packet as a tap took it: when, in ns since the epoch, and its bytes, perhaps not all."""

    @property
    def time_ns(self) -> int:
        """When it was taken."""

    @property
    def wire_length(self) -> int:
        """How many bytes crossed the wire."""

    @property
    def data(self) -> bytes:
        """The bytes that are known."""


@dataclass(frozen=True, slots=True)
class Record:
    """One packet at the tap of this number.

    ``same_as`` is a number that only records of the same packet at other taps share. ``leaving`` is
    None where nobody knows.
    """

    interface: int
    packet: Taken
    same_as: int
    leaving: bool | None
    comments: Sequence[str] = ()


def encode(
    interfaces: Sequence[Interface],
    records: Iterable[Record],
    *,
    names: Mapping[str, str],
    comment: str = "",
    application: str = "",
    secrets: bytes = b"",
) -> bytes:
    """Return a file's bytes: one little-endian section, times in nanoseconds.

    ``names`` are hosts' names by address, ``secrets`` a TLS key log (SSLKEYLOGFILE).
    """
    head = _head(interfaces, names, comment, application)
    if secrets:
        known = _HEAD.pack(layout.TLS_KEY_LOG, len(secrets))
        head += _block(layout.SECRETS, known + _padded(secrets))
    return head + b"".join(_packets(interfaces, records))


def stream(
    interfaces: Sequence[Interface],
    records: Iterable[Record],
    *,
    names: Mapping[str, str],
    comment: str = "",
) -> Iterator[bytes]:
    """Yield the same bytes in parts, a packet at a time, for what is too much to be held."""
    yield _head(interfaces, names, comment, "")
    yield from _packets(interfaces, records)


def _head(
    interfaces: Sequence[Interface], names: Mapping[str, str], comment: str, application: str
) -> bytes:
    return b"".join((_section(comment, application), *map(_interface, interfaces), _names(names)))


def _packets(interfaces: Sequence[Interface], records: Iterable[Record]) -> Iterator[bytes]:
    """Yield the blocks of packets, and then of what was counted at each tap."""
    seen = [0] * len(interfaces)
    last_ns = 0
    for record in records:
        yield _packet(record)
        seen[record.interface] += 1
        last_ns = record.packet.time_ns
    for number, (interface, count) in enumerate(zip(interfaces, seen, strict=True)):
        yield _statistics(number, last_ns, count, interface.dropped)


def _section(comment: str, application: str) -> bytes:
    options = _options(
        (layout.COMMENT, _text(comment, MOST_OPTION)),
        (layout.APPLICATION, _text(application)),
    )
    length_not_known = -1
    fixed = struct.pack("<IHHq", layout.BYTE_ORDER, 1, 0, length_not_known)
    return _block(layout.SECTION, fixed + options)


def _interface(interface: Interface) -> bytes:
    options = _options(
        (layout.IF_NAME, _text(interface.name)),
        (layout.IF_DESCRIPTION, _text(interface.description)),
        (layout.IF_RESOLUTION, _NANOSECONDS),
    )
    fixed = struct.pack("<HHI", _ETHERNET, 0, _LONGEST_PACKET)
    return _block(layout.INTERFACE, fixed + options)


def _names(names: Mapping[str, str]) -> bytes:
    """Return a block of names, or nothing for none (name resolution block)."""
    records = b"".join(
        _option(kind, value + _text(names[ip]) + b"\0")
        for ip in names
        for kind, value in _address(ip)
    )
    return _block(layout.NAMES, records + _END_OF_OPTIONS) if records else b""


def _address(text: str) -> Iterator[tuple[int, bytes]]:
    try:
        ip = ipaddress.ip_address(text)
    except ValueError:
        return
    yield layout.NAME_OF_IPV4 if ip.version == 4 else layout.NAME_OF_IPV6, ip.packed


def _packet(record: Record) -> bytes:
    packet = record.packet
    data = packet.data
    direction = _DIRECTION[record.leaving]
    comments = [_option(layout.COMMENT, _text(each)) for each in record.comments]
    known = _KNOWN.pack(layout.EPB_FLAGS, 4, direction, layout.EPB_ID, 8, record.same_as, 0)
    high, low = divmod(packet.time_ns, 1 << 32)
    fixed = _PACKET.pack(record.interface, high, low, len(data), packet.wire_length)
    return _block(layout.PACKET, b"".join((fixed, _padded(data), *comments, known)))


def _statistics(number: int, time_ns: int, received: int, dropped: int | None) -> bytes:
    counted = [(layout.ISB_RECEIVED, received), (layout.ISB_DROPPED, dropped)]
    options = _options(
        *((code, struct.pack("<Q", value)) for code, value in counted if value is not None)
    )
    fixed = struct.pack("<III", number, *divmod(time_ns, 1 << 32))
    return _block(layout.STATISTICS, fixed + options)


def _block(kind: int, body: bytes) -> bytes:
    length = len(body) + 12
    return b"".join((_HEAD.pack(kind, length), body, struct.pack("<I", length)))


def _options(*options: tuple[int, bytes]) -> bytes:
    found = [_option(code, value) for code, value in options if value]
    return b"".join((*found, _END_OF_OPTIONS)) if found else b""


def _option(code: int, value: bytes) -> bytes:
    return _OPTION.pack(code, len(value)) + _padded(value)


def _padded(data: bytes) -> bytes:
    return data + _PADDING[len(data) % 4]


def _text(text: str, most: int = MOST_COMMENT) -> bytes:
    """Return a text as UTF-8, cut where it is longer; a lone surrogate becomes a mark."""
    cut = text if len(text) <= most else f"{text[: most - 1]}…"
    data = cut.encode("utf-8", "replace")
    return data if len(data) <= MOST_OPTION else data[:MOST_OPTION].decode(errors="ignore").encode()
