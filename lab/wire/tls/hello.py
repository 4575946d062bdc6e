"""ClientHello and ServerHello, which agree on a version and a suite (RFC 8446, 4.1.2, 4.1.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lab.wire.tls.handshake import CLIENT_HELLO, SERVER_HELLO, handshakes
from lab.wire.tls.reader import Reader

SERVER_NAME, ALPN, SUPPORTED_VERSIONS = 0, 16, 43
VERSIONS = {0x0301: "TLS 1.0", 0x0302: "TLS 1.1", 0x0303: "TLS 1.2", 0x0304: "TLS 1.3"}
SUITES = {
    0x1301: "TLS_AES_128_GCM_SHA256",
    0x1302: "TLS_AES_256_GCM_SHA384",
    0x1303: "TLS_CHACHA20_POLY1305_SHA256",
    0xC02B: "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    0xC02C: "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    0xCCA9: "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
}
"""Cipher suites with a name here, by number (RFC 8446, B.4; RFC 5289; RFC 7905)."""


@dataclass(frozen=True)
class ClientHello:
    """What a client offers. ``extensions`` are as sent, by number."""

    legacy_version: int
    random: bytes
    session_id: bytes
    cipher_suites: tuple[int, ...]
    extensions: Mapping[int, bytes]

    @property
    def server_name(self) -> str | None:
        """The host name that the client asks for (SNI: RFC 6066, 3); None if it names none."""
        if SERVER_NAME not in self.extensions:
            return None
        names = Reader(Reader(self.extensions[SERVER_NAME]).vector(2))
        while names.left:
            kind, name = names.number(1), names.vector(2)
            if kind == 0:
                return name.decode("ascii", "backslashreplace")
        return None

    @property
    def protocols(self) -> tuple[str, ...]:
        """The protocols that the client offers to speak inside TLS (ALPN: RFC 7301, 3.1)."""
        return _protocols(self.extensions)

    @property
    def versions(self) -> tuple[str, ...]:
        """The versions of TLS that the client offers, without unknown ones (RFC 8701: GREASE)."""
        if SUPPORTED_VERSIONS not in self.extensions:
            return (VERSIONS.get(self.legacy_version, hex(self.legacy_version)),)
        offered = Reader(self.extensions[SUPPORTED_VERSIONS]).numbers(1, 2)
        return tuple(VERSIONS[each] for each in offered if each in VERSIONS)


@dataclass(frozen=True)
class ServerHello:
    """What a server chose of what a client offered."""

    legacy_version: int
    random: bytes
    session_id: bytes
    cipher_suite: int
    extensions: Mapping[int, bytes]

    @property
    def version(self) -> str:
        """The version of TLS (RFC 8446, 4.2.1)."""
        chosen = self.extensions.get(SUPPORTED_VERSIONS)
        number = int.from_bytes(chosen, "big") if chosen else self.legacy_version
        return VERSIONS.get(number, hex(number))

    @property
    def suite(self) -> str:
        """The cipher suite, by name where it has one here."""
        return SUITES.get(self.cipher_suite, f"cipher suite {self.cipher_suite:#06x}")


def client_hello(stream: bytes) -> ClientHello | None:
    """Return the ClientHello that begins what a client sent; None where there is none, whole."""
    body = _body(stream, CLIENT_HELLO)
    if body is None:
        return None
    read = Reader(body)
    version, random, session = read.number(2), read.take(32), read.vector(1)
    suites = read.numbers(2, 2)
    read.vector(1)  # Compression methods: only "none" is left to choose.
    return ClientHello(version, random, session, suites, _extensions(read))


def server_hello(stream: bytes) -> ServerHello | None:
    """Return the ServerHello that begins what a server sent; None where there is none, whole."""
    body = _body(stream, SERVER_HELLO)
    if body is None:
        return None
    read = Reader(body)
    version, random, session = read.number(2), read.take(32), read.vector(1)
    suite = read.number(2)
    read.number(1)
    return ServerHello(version, random, session, suite, _extensions(read))


def _body(stream: bytes, kind: int) -> bytes | None:
    first = next(iter(handshakes(stream)), None)
    return first.body if first and first.kind == kind and first.whole else None


def _extensions(read: Reader) -> dict[int, bytes]:
    """Read the extensions, which end both messages (RFC 8446, 4.2)."""
    found: dict[int, bytes] = {}
    rest = Reader(read.vector(2))
    while rest.left:
        number, content = rest.number(2), rest.vector(2)
        found.setdefault(number, content)
    return found


def _protocols(extensions: Mapping[int, bytes]) -> tuple[str, ...]:
    names = Reader(Reader(extensions.get(ALPN, b"")).vector(2))
    found = []
    while names.left:
        found.append(names.vector(1).decode("ascii", "backslashreplace"))
    return tuple(found)
