"""The Internet checksum (RFC 1071) and the pseudo-headers that it covers."""

from __future__ import annotations

import struct


def _folded(data: bytes) -> int:
    """Return the ones' complement sum of the 16-bit words, the last one padded with zeros.

    Since 65536 leaves 1 when divided by 65535, the whole text taken as one number leaves the same
    as the sum of its words does; the two zeros of ones' complement are told apart by hand.
    """
    number = int.from_bytes(data, "big")
    if len(data) % 2:
        number <<= 8
    if number == 0:
        return 0
    return number % 0xFFFF or 0xFFFF


def is_correct(data: bytes) -> bool:
    """Whether these bytes, the checksum among them, sum up to ones only (RFC 1071 §1)."""
    return _folded(data) == 0xFFFF


def internet_checksum(data: bytes) -> int:
    """Return what to write into the checksum field, where that field is zero in ``data``."""
    return _folded(data) ^ 0xFFFF


def pseudo_header(source: bytes, destination: bytes, protocol: int, length: int) -> bytes:
    """Return the pseudo-header for packed addresses (RFC 9293 §3.1 for IPv4, RFC 8200 §8.1)."""
    if len(source) == 4:
        return source + destination + struct.pack("!BBH", 0, protocol, length & 0xFFFF)
    return source + destination + struct.pack("!IHBB", length, 0, 0, protocol)
