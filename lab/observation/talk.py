"""The same conversation at several taps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from lab.wire.address import Address
from lab.wire.conversation import Conversation


class Talk(NamedTuple):
    """What names one conversation at whichever tap it was seen.

    Two ends may have several conversations, one after the other: ``number`` counts them from 1.
    """

    protocol: str
    ends: frozenset[Address]
    number: int


def talks(conversations: Iterable[Conversation]) -> list[tuple[Talk, Conversation]]:
    """Name each conversation of one tap; other taps' names of the same one are equal."""
    counts: Counter[tuple[str, frozenset[Address]]] = Counter()
    named: list[tuple[Talk, Conversation]] = []
    for conversation in conversations:
        ends = conversation.protocol, frozenset((conversation.client, conversation.server))
        counts[ends] += 1
        named.append((Talk(*ends, counts[ends]), conversation))
    return named
