"""What came twice to its receiver, as that says itself: by D-SACKs (RFC 2883)."""

from __future__ import annotations

from typing import Protocol

from lab.wire.conversation.event import Event
from lab.wire.conversation.tracker import WHOLE


class Talk(Protocol):
    """A conversation, as far as is asked here."""

    @property
    def events(self) -> tuple[Event, ...]:
        """Its segments, in order."""


def came_twice(talk: Talk) -> tuple[Event, ...]:
    """Return the segments of which an ACK says that their bytes had come before.

    The first block of such an ACK's SACK option names these bytes: it lies below what the ACK
    acknowledges, or within the second block (RFC 2883, 4). So the copy before was not lost.
    """
    found: dict[int, Event] = {}
    for number, event in enumerate(talk.events):
        twice = reported(event)
        if twice is None:
            continue
        start, stop = twice
        before = (
            each for each in talk.events[:number] if each.sender != event.sender and each.length
        )
        named = [each for each in before if start <= each.data_sequence and each.end <= stop]
        for sequence in {each.data_sequence for each in named}:
            copies = [each for each in named if each.data_sequence == sequence]
            if len(copies) > 1:
                found[copies[-1].number] = copies[-1]
    return tuple(found[number] for number in sorted(found))


def reported(event: Event) -> tuple[int, int] | None:
    """Return the relative numbers of the bytes that a segment says came twice: start and stop."""
    tcp = event.packet.tcp
    if tcp is None or event.acknowledgment is None or not tcp.sack:
        return None
    first, *others = [
        (
            event.acknowledgment + _ahead(left, tcp.acknowledgment),
            event.acknowledgment + _ahead(right, tcp.acknowledgment),
        )
        for left, right in tcp.sack
    ]
    start, stop = first
    within = bool(others) and others[0][0] <= start and stop <= others[0][1]
    return first if stop <= event.acknowledgment or within else None


def _ahead(number: int, base: int) -> int:
    """Return how far a sequence number lies ahead of another; they wrap at 2^32."""
    return (number - base + WHOLE // 2) % WHOLE - WHOLE // 2
