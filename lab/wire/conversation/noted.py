"""The segments of a conversation that a note remarks on, as something to ask it for."""

from __future__ import annotations

from lab.wire.conversation.event import Event
from lab.wire.question import FoundOnce, found_once

WITH = "in the conversation with {self.server}"


def noted(note: str, noun: str, doc: str) -> FoundOnce[tuple[Event, ...]]:
    """Declare the segments of a conversation that have a note."""
    found = found_once(noun, WITH)(lambda talk: tuple(e for e in talk.events if note in e.notes))
    found.__doc__ = doc
    return found
