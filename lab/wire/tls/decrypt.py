"""Decrypts the records of a TLS connection with the secrets of its key log (RFC 8446, RFC 5246)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lab.wire.tls.handshake import HEADER as MESSAGE_HEADER
from lab.wire.tls.handshake import Handshake, messages
from lab.wire.tls.hello import client_hello, server_hello
from lab.wire.tls.key_log import secrets_of
from lab.wire.tls.keys import TLS_1_2, TLS_1_3, Keys, Suite, derived, suite_of, updated
from lab.wire.tls.record import (
    ALERT,
    APPLICATION_DATA,
    CHANGE_CIPHER_SPEC,
    DESCRIPTIONS,
    HANDSHAKE,
    HEADER,
    Record,
    records,
)

MOST_BYTES = 1 << 20
"""Bytes of what one end sent that are decrypted; what comes later stays as it is."""

FINISHED, KEY_UPDATE = 20, 24


@dataclass(frozen=True, slots=True)
class Opened:
    """A record that was decrypted: ``kind`` is the number of its content.

    ``messages`` name those of a handshake that end in it. ``problem`` is why it could not be
    decrypted; then there is no content, and no later record of this end was tried.
    """

    kind: int
    content: bytes = b""
    messages: tuple[str, ...] = ()
    problem: str = ""

    @property
    def is_data(self) -> bool:
        """Whether it carries what a program sent, and not TLS's own messages."""
        return self.kind == APPLICATION_DATA

    @property
    def words(self) -> str:
        """What it says, if it is no program's data."""
        if self.problem:
            return self.problem
        if self.kind == ALERT and len(self.content) == 2:
            return f"alert: {DESCRIPTIONS.get(self.content[1], self.content[1])}"
        return ", ".join(self.messages)


def opened(client: bytes, server: bytes, log: str) -> Mapping[str, Mapping[int, Opened]]:
    """Return the records of ``client`` and ``server`` that were decrypted, by their first byte.

    Both streams begin with a Hello. Nothing is returned where the log has not the connection's
    secrets, or its cipher suite is not read here. Those of TLS 1.3 are, and those of TLS 1.2 with
    AES in GCM or ChaCha20-Poly1305.
    """
    asked, chosen = client_hello(client), server_hello(server)
    if asked is None or chosen is None:
        return {}
    suite, secrets = suite_of(chosen.cipher_suite), secrets_of(log, asked.random)
    if suite is None or not secrets:
        return {}
    found: dict[str, Mapping[int, Opened]] = {}
    for side, stream in (("client", client), ("server", server)):
        read: Iterator[tuple[int, Opened]]
        if chosen.version == TLS_1_3:
            read = _newer(stream[:MOST_BYTES], side, suite, secrets)
        elif chosen.version == TLS_1_2 and "CLIENT_RANDOM" in secrets:
            randoms = chosen.random + asked.random
            keys = suite.key_block(secrets["CLIENT_RANDOM"], randoms)[side]
            read = _older(stream[:MOST_BYTES], keys)
        else:
            continue
        found[side] = dict(read)
    return found


def _newer(
    stream: bytes, side: str, suite: Suite, secrets: Mapping[str, bytes]
) -> Iterator[tuple[int, Opened]]:
    """Yield the records that one end encrypted with TLS 1.3 (RFC 8446, 5.2, 7.3).

    Its handshake has other keys than what follows, and a KeyUpdate changes them again.
    """
    name = side.upper()
    labels = iter((f"{name}_HANDSHAKE_TRAFFIC_SECRET", f"{name}_TRAFFIC_SECRET_0"))
    secret = secrets.get(next(labels))
    keys = None if secret is None else derived(secret, suite)
    flight = _Flight()
    for at, record in _placed(stream):
        if record.kind != APPLICATION_DATA:
            continue
        if keys is None or secret is None:
            return
        plain = keys.opened(record.fragment, stream[at : at + HEADER])
        if plain is None:
            yield at, _failed(record)
            return
        content = plain.rstrip(b"\0")  # padding; the last other byte is the kind (5.4)
        kind, content = (content[-1], content[:-1]) if content else (0, b"")
        ended = flight.ended(content) if kind == HANDSHAKE else ()
        yield at, Opened(kind, content, tuple(each.name for each in ended))
        if any(each.kind == FINISHED for each in ended):
            secret = secrets.get(next(labels, ""))
            keys = None if secret is None else derived(secret, suite)
        for _ in filter(lambda each: each.kind == KEY_UPDATE, ended):
            secret = updated(secret, suite) if secret else None
            keys = None if secret is None else derived(secret, suite)


def _older(stream: bytes, keys: Keys) -> Iterator[tuple[int, Opened]]:
    """Yield the records that one end encrypted with TLS 1.2: all behind its change_cipher_spec."""
    flight, encrypts = _Flight(), False
    for at, record in _placed(stream):
        if record.kind == CHANGE_CIPHER_SPEC:
            encrypts = True
        elif encrypts:
            content = keys.opened(record.fragment, stream[at : at + HEADER])
            if content is None:
                yield at, _failed(record)
                return
            ended = flight.ended(content) if record.kind == HANDSHAKE else ()
            yield at, Opened(record.kind, content, tuple(each.name for each in ended))


def _failed(record: Record) -> Opened:
    return Opened(record.kind, problem="the run's keys do not decrypt it")


def _placed(stream: bytes) -> Iterator[tuple[int, Record]]:
    """Yield the whole records, each with the place of its first byte."""
    at = 0
    for record in records(stream):
        if record.whole:
            yield at, record
        at += HEADER + len(record.fragment)


class _Flight:
    """Puts messages of a handshake together, which may go on in the next record."""

    def __init__(self) -> None:
        self._rest = b""

    def ended(self, content: bytes) -> tuple[Handshake, ...]:
        """Return the messages that end in a record."""
        self._rest += content
        whole = tuple(each for each in messages(self._rest) if each.whole)
        self._rest = self._rest[sum(MESSAGE_HEADER + len(each.body) for each in whole) :]
        return whole
