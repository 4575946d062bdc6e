"""Questions and resource records of a DNS message (RFC 1035 §3.2, §4.1; RFC 3596 for AAAA)."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from socket import AF_INET, AF_INET6, inet_ntop

from lab.wire.packet.dns.name import escaped, read_name

# RFC 1035 §3.2.2, RFC 3596 §2.1, RFC 2782, RFC 6891 §6.1.1, RFC 9460 §14.1.
TYPES = {
    1: "A",
    2: "NS",
    5: "CNAME",
    6: "SOA",
    12: "PTR",
    15: "MX",
    16: "TXT",
    28: "AAAA",
    33: "SRV",
    41: "OPT",
    65: "HTTPS",
    255: "ANY",
}
CLASSES = {1: "IN", 3: "CH", 4: "HS", 255: "ANY"}

_QUOTE = b'"'


@dataclass(frozen=True, slots=True)
class Question:
    """What a DNS message asks: ``A`` of ``server.lab.test`` in class ``IN``."""

    name: str
    type: str
    record_class: str = "IN"

    def __str__(self) -> str:
        return f"{self.name} {self.type}"


@dataclass(frozen=True, slots=True)
class Record:
    """A resource record; ``ttl`` in seconds, ``data`` as text in the form of RFC 1035 §5.

    The data of an unknown type are hexadecimal digits. Numbers without a name are shown as in
    RFC 3597: ``TYPE64``, ``CLASS4096``.
    """

    name: str
    type: str
    record_class: str
    ttl: int
    data: str

    def __str__(self) -> str:
        return f"{self.name} {self.type} {self.data}"


def read_question(frame: bytes, at: int, message: int, stop: int) -> tuple[Question, int] | None:
    """Return the question at an offset and the offset after it; None where it is broken."""
    named = read_name(frame, at, message, stop)
    if named is None or named[1] + 4 > stop:
        return None
    name, at = named
    kind, record_class = struct.unpack_from("!HH", frame, at)
    return Question(name, _type_name(kind), _class_name(record_class)), at + 4


def read_record(frame: bytes, at: int, message: int, stop: int) -> tuple[Record, int] | None:
    """Return the record at an offset and the offset after it; None where it is broken."""
    named = read_name(frame, at, message, stop)
    if named is None or named[1] + 10 > stop:
        return None
    name, at = named
    kind, record_class, ttl, length = struct.unpack_from("!HHIH", frame, at)
    at += 10
    after = at + length
    if after > stop:
        return None
    type_name = _type_name(kind)
    reader = _READERS.get(type_name)
    data = reader(frame, at, message, after) if reader else None
    shown = frame[at:after].hex() if data is None else data
    return Record(name, type_name, _class_name(record_class), ttl, shown), after


def _address(frame: bytes, at: int, _: int, stop: int) -> str | None:
    return inet_ntop(AF_INET, frame[at:stop]) if stop - at == 4 else None


def _address6(frame: bytes, at: int, _: int, stop: int) -> str | None:
    return inet_ntop(AF_INET6, frame[at:stop]) if stop - at == 16 else None


def _name(frame: bytes, at: int, message: int, stop: int) -> str | None:
    named = read_name(frame, at, message, stop)
    return named[0] if named is not None and named[1] == stop else None


def _exchange(frame: bytes, at: int, message: int, stop: int) -> str | None:
    exchange = _name(frame, at + 2, message, stop)
    return exchange and f"{int.from_bytes(frame[at : at + 2], 'big')} {exchange}"


def _authority(frame: bytes, at: int, message: int, stop: int) -> str | None:
    first = read_name(frame, at, message, stop)
    second = read_name(frame, first[1], message, stop) if first else None
    if first is None or second is None or second[1] + 20 != stop:
        return None
    numbers = struct.unpack_from("!5I", frame, second[1])
    return " ".join((first[0], second[0], *map(str, numbers)))


def _strings(frame: bytes, at: int, _: int, stop: int) -> str | None:
    found = []
    while at < stop:
        after = at + 1 + frame[at]
        if after > stop:
            return None
        string = escaped(frame[at + 1 : after], _QUOTE)
        found.append(f'"{string}"')
        at = after
    return " ".join(found) or None


# Each reader takes the frame and the offsets of the data, of the message and of the data's end.
# It returns None where the data do not fit the type.
_READERS: dict[str, Callable[[bytes, int, int, int], str | None]] = {
    "A": _address,
    "NS": _name,
    "CNAME": _name,
    "SOA": _authority,
    "PTR": _name,
    "MX": _exchange,
    "TXT": _strings,
    "AAAA": _address6,
}


def _type_name(number: int) -> str:
    return TYPES.get(number, f"TYPE{number}")


def _class_name(number: int) -> str:
    return CLASSES.get(number, f"CLASS{number}")
