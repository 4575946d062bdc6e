"""TLS records, in which one end of a connection sends everything (RFC 8446, 5.1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA = 20, 21, 22, 23
HEADER = 5
LONGEST = (1 << 14) + 2048
"""The length in bytes that no record exceeds, encrypted or not (RFC 5246, 6.2.3)."""

CONTENT = {
    CHANGE_CIPHER_SPEC: "change_cipher_spec",
    ALERT: "alert",
    HANDSHAKE: "handshake",
    APPLICATION_DATA: "application_data",
}

DESCRIPTIONS = {
    0: "close notify",
    10: "unexpected message",
    20: "bad record MAC",
    22: "record overflow",
    40: "handshake failure",
    42: "bad certificate",
    43: "unsupported certificate",
    44: "certificate revoked",
    45: "certificate expired",
    46: "certificate unknown",
    47: "illegal parameter",
    48: "unknown CA",
    49: "access denied",
    50: "decode error",
    51: "decrypt error",
    70: "protocol version",
    71: "insufficient security",
    80: "internal error",
    90: "user canceled",
    109: "missing extension",
    110: "unsupported extension",
    112: "unrecognized name",
    113: "bad certificate status response",
    116: "certificate required",
    120: "no application protocol",
}
"""Alerts by number (RFC 8446, 6)."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record: ``kind`` is the number of its content, ``version`` the one in its header.

    TLS 1.3 writes the version of TLS 1.2 into that header (RFC 8446, 5.1). ``whole`` is False
    where the bytes end within the record.
    """

    kind: int
    version: int
    fragment: bytes
    whole: bool = True

    @property
    def content(self) -> str:
        """What it carries, as the RFC calls it."""
        return CONTENT[self.kind]


@dataclass(frozen=True, slots=True)
class Alert:
    """A message in which one end says why it gives up, or that it closes (RFC 8446, 6)."""

    fatal: bool
    number: int

    @property
    def description(self) -> str:
        """Its name, such as ``"unknown CA"``."""
        return DESCRIPTIONS.get(self.number, f"alert {self.number}")


def records(stream: bytes) -> tuple[Record, ...]:
    """Return the records that one end sent, from the first byte on; none of what is not TLS.

    The last record may be cut off. Reading ends at bytes that are no record.
    """
    return tuple(_records(stream))


def _records(stream: bytes) -> Iterator[Record]:
    at = 0
    while at + HEADER <= len(stream):
        kind, version = stream[at], int.from_bytes(stream[at + 1 : at + 3], "big")
        length = int.from_bytes(stream[at + 3 : at + HEADER], "big")
        if kind not in CONTENT or not 0x0301 <= version <= 0x0304 or length > LONGEST:
            return
        fragment = stream[at + HEADER : at + HEADER + length]
        yield Record(kind, version, fragment, len(fragment) == length)
        at += HEADER + length


def alerts(stream: bytes) -> tuple[Alert, ...]:
    """Return the alerts that one end sent in the clear: those before it encrypted anything."""
    found = []
    for record in records(stream):
        if record.kind == CHANGE_CIPHER_SPEC:
            break
        if record.kind == ALERT and len(record.fragment) == 2:
            found.append(Alert(record.fragment[0] == 2, record.fragment[1]))
    return tuple(found)
