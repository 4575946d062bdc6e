"""The keys of a TLS connection, out of its secrets (RFC 8446, 7; RFC 5246, 6.3)."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

TLS_1_2, TLS_1_3 = "TLS 1.2", "TLS 1.3"
NONCE = 12
"""Bytes of the nonce of every suite that is read here."""

EXPLICIT = 8
"""Bytes of the nonce that each record of TLS 1.2 with GCM carries (RFC 5288, 3)."""

TAG = 16


class Suite(NamedTuple):
    """A cipher suite: its cipher, the length of its keys in bytes, and its hash function.

    ``salt`` is how many bytes of a nonce TLS 1.2 takes out of the secret.
    """

    cipher: str
    length: int
    digest: str
    salt: int

    def key_block(self, master: bytes, randoms: bytes) -> dict[str, Keys]:
        """Return both ends' keys of TLS 1.2; ``randoms`` are the server's and the client's.

        RFC 5246, 6.3.
        """
        lengths = (self.length, self.length, self.salt, self.salt)
        block = _expanded_1_2(master, b"key expansion" + randoms, sum(lengths), self.digest)
        parts, at = [], 0
        for length in lengths:
            parts.append(block[at : at + length])
            at += length
        return {
            side: Keys(self.cipher, key, salt, is_newer=False)
            for side, key, salt in zip(("client", "server"), parts[:2], parts[2:], strict=True)
        }


_GCM, _CHACHA = "AES-GCM", "ChaCha20-Poly1305"
_SUITES = {
    **dict.fromkeys((0x1301, 0x009C, 0x009E, 0xC02B, 0xC02F), Suite(_GCM, 16, "sha256", 4)),
    **dict.fromkeys((0x1302, 0x009D, 0x009F, 0xC02C, 0xC030), Suite(_GCM, 32, "sha384", 4)),
    **dict.fromkeys((0x1303, 0xCCA8, 0xCCA9, 0xCCAA), Suite(_CHACHA, 32, "sha256", NONCE)),
}
"""Suites by number (RFC 8446, B.4; RFC 5288, 5289, 7905)."""


def suite_of(number: int) -> Suite | None:
    """Return the cipher suite of a number; None where it is not read here."""
    return _SUITES.get(number)


@dataclass
class Keys:
    """What one end encrypts with: a key, and what its nonces are made of.

    ``records`` counts those that were decrypted: each has a nonce of its own.
    """

    cipher: str
    key: bytes
    salt: bytes
    is_newer: bool = True
    records: int = 0

    @cached_property
    def _made_ready(self) -> AESGCM | ChaCha20Poly1305:
        """The cipher with its key, made once for all records."""
        # Slow to load, and few runs have a secret.
        from cryptography.hazmat.primitives.ciphers import aead  # noqa: PLC0415

        return (aead.AESGCM if self.cipher == _GCM else aead.ChaCha20Poly1305)(self.key)

    def opened(self, fragment: bytes, header: bytes) -> bytes | None:
        """Return what the next record says; None where these keys are not the right ones.

        ``header`` is the record's own, which is protected as well (RFC 8446, 5.2; RFC 5246,
        6.2.3.3).
        """
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - see _made_ready

        number = self.records.to_bytes(8, "big")
        if len(self.salt) == NONCE:
            padded = number.rjust(NONCE, b"\0")
            nonce = bytes(a ^ b for a, b in zip(self.salt, padded, strict=True))
        else:
            nonce, fragment = self.salt + fragment[:EXPLICIT], fragment[EXPLICIT:]
        if len(fragment) < TAG or len(nonce) != NONCE:
            return None
        about = header
        if not self.is_newer:
            about = number + header[:3] + (len(fragment) - TAG).to_bytes(2, "big")
        try:
            plain = self._made_ready.decrypt(nonce, fragment, about)
        except InvalidTag:
            return None
        self.records += 1
        return plain


def derived(secret: bytes, suite: Suite) -> Keys:
    """Return the keys of a traffic secret of TLS 1.3 (RFC 8446, 7.3)."""
    key = _expanded(secret, b"key", suite.length, suite.digest)
    return Keys(suite.cipher, key, _expanded(secret, b"iv", NONCE, suite.digest))


def updated(secret: bytes, suite: Suite) -> bytes:
    """Return the traffic secret that follows one after a KeyUpdate (RFC 8446, 7.2)."""
    return _expanded(secret, b"traffic upd", hashlib.new(suite.digest).digest_size, suite.digest)


def _expanded(secret: bytes, label: bytes, length: int, digest: str) -> bytes:
    """HKDF-Expand-Label with an empty context (RFC 8446, 7.1; RFC 5869, 2.3)."""
    label = b"tls13 " + label
    info = length.to_bytes(2, "big") + bytes([len(label)]) + label + b"\0"
    # No key is longer than one block of its hash function.
    return hmac.digest(secret, info + b"\1", digest)[:length]


def _expanded_1_2(secret: bytes, seed: bytes, length: int, digest: str) -> bytes:
    """P_hash, with which TLS 1.2 makes keys of its master secret (RFC 5246, 5)."""
    found, mixed = b"", seed
    while len(found) < length:
        mixed = hmac.digest(secret, mixed, digest)
        found += hmac.digest(secret, mixed + seed, digest)
    return found[:length]
