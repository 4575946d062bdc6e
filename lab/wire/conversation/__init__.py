"""Conversations: what two ends said to each other, read from the packets of one capture."""

from lab.wire.conversation.conversation import Conversation
from lab.wire.conversation.event import Datagram, Event, Gap, Message, Side, Step
from lab.wire.conversation.grouping import conversations

__all__ = [
    "Conversation",
    "Datagram",
    "Event",
    "Gap",
    "Message",
    "Side",
    "Step",
    "conversations",
]
