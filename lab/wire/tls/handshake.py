"""The messages of TLS's handshake that are in the clear (RFC 8446, 4; RFC 5246, 7.4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lab.wire.tls.reader import Reader
from lab.wire.tls.record import CHANGE_CIPHER_SPEC, HANDSHAKE, records

CLIENT_HELLO, SERVER_HELLO, CERTIFICATE = 1, 2, 11
HEADER = 4

NAMES = {
    0: "HelloRequest",
    CLIENT_HELLO: "ClientHello",
    SERVER_HELLO: "ServerHello",
    4: "NewSessionTicket",
    8: "EncryptedExtensions",
    CERTIFICATE: "Certificate",
    12: "ServerKeyExchange",
    13: "CertificateRequest",
    14: "ServerHelloDone",
    15: "CertificateVerify",
    16: "ClientKeyExchange",
    20: "Finished",
    22: "CertificateStatus",
    24: "KeyUpdate",
}


@dataclass(frozen=True, slots=True)
class Handshake:
    """One message: ``kind`` is its number, ``whole`` False where the bytes end within it."""

    kind: int
    body: bytes
    whole: bool = True

    @property
    def name(self) -> str:
        """What the RFCs call it."""
        return NAMES.get(self.kind, f"handshake message {self.kind}")


def handshakes(stream: bytes) -> tuple[Handshake, ...]:
    """Return the messages of the handshake that one end sent before it encrypted.

    A message may go on in the next record. The messages after a change_cipher_spec are encrypted,
    except after a HelloRetryRequest, which is not read here.
    """
    plain = bytearray()
    for record in records(stream):
        if record.kind == CHANGE_CIPHER_SPEC:
            break
        if record.kind == HANDSHAKE:
            plain += record.fragment
    return tuple(messages(bytes(plain)))


def messages(plain: bytes) -> Iterator[Handshake]:
    """Yield the messages in the contents of handshake records; the last may be cut off."""
    at = 0
    while at + HEADER <= len(plain):
        length = int.from_bytes(plain[at + 1 : at + HEADER], "big")
        body = plain[at + HEADER : at + HEADER + length]
        yield Handshake(plain[at], body, len(body) == length)
        at += HEADER + length


def certificates(stream: bytes) -> tuple[bytes, ...]:
    """Return the certificates (DER) that one end showed in the clear, its own first.

    TLS 1.2 does that (RFC 5246, 7.4.2); in TLS 1.3 they are encrypted, so there are none.
    """
    found = []
    for message in handshakes(stream):
        if message.kind == CERTIFICATE and message.whole:
            chain = Reader(Reader(message.body).vector(3))
            while chain.left:
                found.append(chain.vector(3))
    return tuple(found)
