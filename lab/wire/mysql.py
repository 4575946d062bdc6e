"""MySQL's protocol, which MariaDB speaks: the server's greeting, a client's query and goodbye.

MariaDB's documentation: https://mariadb.com/docs/server/reference/clientserver-protocol. A packet
begins with four bytes: the length of the rest (three bytes, the lowest first) and a number that
counts from 0 in each exchange.
"""

from __future__ import annotations

from dataclasses import dataclass

from lab.wire.conversation import Conversation, Side

PORT = 3306
HEADER = 4
COM_QUIT = 1
COM_QUERY = 3
GREETING = 10
"""The version of the protocol, with which the server's first packet begins."""

RESERVED = 12
"""Where a byte 0 stands after the version's text: behind connection number and scramble."""


@dataclass(frozen=True)
class Query:
    """A query of a client: its SQL in one line, and when it crossed, in epoch nanoseconds."""

    text: str
    time_ns: int


def queries(*conversations: Conversation) -> list[Query]:
    """Return the queries of those of these conversations that speak it, in the order of time."""
    found = [
        Query(" ".join(text.split()), message.time_ns)
        for conversation in conversations
        if conversation.server.port == PORT or version(conversation.greeting) is not None
        for message in conversation.messages
        if message.sender == "client" and (text := query(message.data)) is not None
    ]
    return sorted(found, key=lambda each: each.time_ns)


def words(data: bytes, sender: Side) -> str | None:
    """Return what a packet of this side says, in a line; None for a packet that is not read here.

    Only a conversation as a whole shows that it speaks this protocol: these packets are short.
    """
    if sender == "server":
        name = version(data)
        return None if name is None else f"greeting of {name}"
    if (text := query(data)) is not None:
        return f"query {' '.join(text.split())}"
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
    text, _, rest = content[1:].partition(b"\0")
    if content[:1] != bytes([GREETING]) or rest[RESERVED : RESERVED + 1] != b"\0":
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
