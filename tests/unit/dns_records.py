"""Questions and resource records of DNS as bytes, names uncompressed (RFC 1035 §3.2, §4.1)."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from ipaddress import ip_address

from lab.wire.packet import Question, Record
from lab.wire.packet.dns.record import CLASSES, TYPES

_TYPE_NUMBERS = {name: number for number, name in TYPES.items()}
_CLASS_NUMBERS = {name: number for number, name in CLASSES.items()}
_ESCAPED = re.compile(rb"\\(\d{3})|\\(.)", re.DOTALL)
_LABEL = re.compile(r"(?:\\.|[^.\\])+", re.DOTALL)
_WORDS = re.compile(r"(?:\\.|[^ \\])+", re.DOTALL)
_QUOTED = re.compile(r'"((?:\\.|[^"\\])*)"', re.DOTALL)


def question(asked: Question) -> bytes:
    """Return a question's bytes."""
    numbers = _number(asked.type, _TYPE_NUMBERS), _number(asked.record_class, _CLASS_NUMBERS)
    return _name(asked.name) + struct.pack("!HH", *numbers)


def record(given: Record) -> bytes:
    """Return a record's bytes, its names uncompressed."""
    data = _WRITERS.get(given.type, bytes.fromhex)(given.data)
    kind = _number(given.type, _TYPE_NUMBERS)
    record_class = _number(given.record_class, _CLASS_NUMBERS)
    fixed = struct.pack("!HHIH", kind, record_class, given.ttl, len(data))
    return _name(given.name) + fixed + data


def _name(text: str) -> bytes:
    """Return a name's bytes, uncompressed."""
    labels = [_unescaped(label) for label in _LABEL.findall(text)] if text != "." else []
    return b"".join(bytes((len(label),)) + label for label in labels) + b"\x00"


def _unescaped(text: str) -> bytes:
    """Return the bytes that :func:`lab.wire.packet.dns.name.escaped` showed."""

    def byte(match: re.Match[bytes]) -> bytes:
        digits, other = match.groups()
        return bytes((int(digits) & 0xFF,)) if digits else other

    return _ESCAPED.sub(byte, text.encode("latin-1"))


def _written_exchange(text: str) -> bytes:
    preference, exchange = text.split(" ", 1)
    return struct.pack("!H", int(preference)) + _name(exchange)


def _written_authority(text: str) -> bytes:
    first, second, *numbers = _WORDS.findall(text)
    fixed = struct.pack("!5I", *map(int, numbers))
    return _name(first) + _name(second) + fixed


def _written_strings(text: str) -> bytes:
    strings = [_unescaped(found) for found in _QUOTED.findall(text)]
    return b"".join(bytes((len(string),)) + string for string in strings)


_WRITERS: dict[str, Callable[[str], bytes]] = {
    "A": lambda text: ip_address(text).packed,
    "NS": _name,
    "CNAME": _name,
    "SOA": _written_authority,
    "PTR": _name,
    "MX": _written_exchange,
    "TXT": _written_strings,
    "AAAA": lambda text: ip_address(text).packed,
}


def _number(name: str, known: dict[str, int]) -> int:
    return known[name] if name in known else int(name.lstrip("CLASTYPE"))
