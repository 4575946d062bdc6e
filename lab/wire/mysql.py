"""What MariaDB and its clients say to each other, as far as a story tells it.

MariaDB's own documentation: https://mariadb.com/docs/server/reference/clientserver-protocol. Each
packet begins with the length of what follows its four-byte header (three bytes, the lowest first)
and a number that counts from 0 in each exchange.
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
    """Return what a packet says, in a line; None where it is none of those that are known here."""
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
    # MariaDB puts this before its own version, for replicas that take a 10 for a 1.
    return text.decode("ascii", "backslashreplace").removeprefix("5.5.5-")


def is_goodbye(data: bytes) -> bool:
    """Whether a client says that it goes (COM_QUIT)."""
    return _first_of_an_exchange(data) == bytes([COM_QUIT])


def _first_of_an_exchange(data: bytes) -> bytes:
    """Return what one whole packet with the number 0 holds; nothing where it is another."""
    content = data[HEADER:]
    whole = len(data) > HEADER and len(content) == int.from_bytes(data[:3], "little")
    return content if whole and data[3] == 0 else b""
