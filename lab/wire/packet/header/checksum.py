"""The Internet checksum (RFC 1071) and the pseudo-headers that it covers."""

from __future__ import annotations

import struct


def _folded(data: bytes) -> int:
    """Return the ones' complement sum of the 16-bit words, the last one padded with zeros.

    65536 leaves the remainder 1 when divided by 65535. So the bytes, taken as one number, leave
    the same remainder as the sum of their words. Ones' complement has two zeros: only data of
    zeros alone sum up to 0, all others with the remainder 0 to 0xFFFF.
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
    """Return the checksum of data whose checksum field is zero."""
    return _folded(data) ^ 0xFFFF


def pseudo_header(source: bytes, destination: bytes, protocol: int, length: int) -> bytes:
    """Return the pseudo-header for packed addresses (RFC 9293 §3.1 for IPv4, RFC 8200 §8.1)."""
    if len(source) == 4:
        return source + destination + struct.pack("!BBH", 0, protocol, length & 0xFFFF)
    return source + destination + struct.pack("!IHBB", length, 0, 0, protocol)
