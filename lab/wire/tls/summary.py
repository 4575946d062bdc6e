"""A segment of TLS in words: the messages that begin in it."""

from __future__ import annotations

from collections.abc import Iterator

from lab.wire.tls.handshake import CLIENT_HELLO, NAMES, messages
from lab.wire.tls.hello import client_hello
from lab.wire.tls.record import (
    ALERT,
    APPLICATION_DATA,
    CHANGE_CIPHER_SPEC,
    DESCRIPTIONS,
    Record,
    records,
)


def words(payload: bytes) -> str:
    """Return the TLS messages that begin in a segment, in a line; "" where it begins with none.

    An encrypted message is called "encrypted", whatever it says. A line that begins with no
    message's name begins with "TLS".
    """
    found = records(payload)
    if not found:
        return ""
    parts: list[str] = []
    for part in _parts(found):
        if not part:
            return ""
        if part not in parts[-1:]:
            parts.append(part)
    if not parts:
        return ""
    if parts[0] == NAMES[CLIENT_HELLO]:
        parts[0] += _asked(payload)
    said = ", ".join(parts)
    return f"TLS {said}" if said.startswith(("encrypted", "alert")) else said


def _parts(found: tuple[Record, ...]) -> Iterator[str]:
    """Yield what each record holds; "" where the content does not fit the record's kind."""
    encrypted = False
    for record in found:
        fragment = record.fragment
        if record.kind == CHANGE_CIPHER_SPEC:
            encrypted = True
            yield "ChangeCipherSpec" if fragment[:1] in (b"", b"\1") else ""
        elif encrypted or record.kind == APPLICATION_DATA:
            yield "encrypted"
        elif record.kind == ALERT:
            yield _alert(fragment)
        else:
            yield from _messages(fragment)


def _alert(fragment: bytes) -> str:
    if len(fragment) != 2:
        return "encrypted alert"
    return f"alert: {DESCRIPTIONS.get(fragment[1], fragment[1])}"


def _messages(fragment: bytes) -> Iterator[str]:
    """Yield the messages of a handshake's record."""
    for message in messages(fragment):
        yield NAMES.get(message.kind, "encrypted")


def _asked(payload: bytes) -> str:
    """Return for whom a ClientHello asks, where the segment holds all of it."""
    hello = client_hello(payload)
    return "" if hello is None or hello.server_name is None else f" for {hello.server_name}"
