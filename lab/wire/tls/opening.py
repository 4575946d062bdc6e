"""How each end of a TLS conversation begins: with a Hello, whole or cut off (RFC 8446, 4, 5.1)."""

from __future__ import annotations

from lab.wire.tls.record import HANDSHAKE

LEAST = 11
"""Bytes up to the end of the Hello's own version: of the record 5, of the message 4 and 2."""


def opens(stream: bytes, kind: int) -> bool:
    """Return whether bytes begin with a record that begins with a Hello of this kind.

    Type, versions and both lengths must fit each other, so that other bytes do not pass for one.
    """
    if len(stream) < LEAST or stream[0] != HANDSHAKE or stream[5] != kind:
        return False
    record, message = int.from_bytes(stream[3:5], "big"), int.from_bytes(stream[6:9], "big")
    return stream[1] == stream[9] == 3 and 34 <= message <= record - 4
