"""MySQL's protocol, which MariaDB speaks: the server's greeting, a client's query and goodbye.

MariaDB's documentation: https://mariadb.com/docs/server/reference/clientserver-protocol. A packet
begins with four bytes: the length of the rest (three bytes, the lowest first) and a number that
counts from 0 in each exchange.
"""

from __future__ import annotations

from dataclasses import dataclass

from lab.wire.conversation import Conversation

HEADER = 4
COM_QUIT = 1
COM_QUERY = 3
GREETING = 10
"""The version of the protocol, with which the server's first packet begins."""


@dataclass(frozen=True)
class Query:
    """A query of a client: its SQL in one line, and when it crossed, in epoch nanoseconds."""

    text: str
    time_ns: int


def queries(*conversations: Conversation) -> list[Query]:
    """Return the queries of these conversations, in the order of time."""
    found = [
        Query(" ".join(text.split()), message.time_ns)
        for conversation in conversations
        for message in conversation.messages
        if message.sender == "client" and (text := query(message.data)) is not None
    ]
    return sorted(found, key=lambda each: each.time_ns)


def words(data: bytes) -> str | None:
    """Return what a packet says, in a line; None for a packet that is not read here."""
    if (text := query(data)) is not None:
        return f"query {' '.join(text.split())}"
    if (name := version(data)) is not None:
        return f"greeting of {name}"
    return "quit" if is_goodbye(data) else None


def query(data: bytes) -> str | None:
    """Return the SQL text of a client's query (COM_QUERY); None where this is no whole one."""
    content = _first_of_an_exchange(data)
    if content[:1] != bytes([COM_QUERY]):
        return None
    try:
        return content[1:].decode()
    except UnicodeDecodeError:
        return None


def version(data: bytes) -> str | None:
    """Return the server's version, as its greeting has it; None where this is no greeting."""
    content = _first_of_an_exchange(data)
    text, end, _ = content[1:].partition(b"\0")
    if content[:1] != bytes([GREETING]) or not end:
        return None
    # MariaDB writes this prefix for old replicas, which would read version 10 as version 1.
    return text.decode("ascii", "backslashreplace").removeprefix("5.5.5-")


def is_goodbye(data: bytes) -> bool:
    """Return whether a client says goodbye (COM_QUIT)."""
    return _first_of_an_exchange(data) == bytes([COM_QUIT])


def _first_of_an_exchange(data: bytes) -> bytes:
    """Return the content of a whole packet with the number 0; nothing for any other packet."""
    content = data[HEADER:]
    whole = len(data) > HEADER and len(content) == int.from_bytes(data[:3], "little")
    return content if whole and data[3] == 0 else b""
