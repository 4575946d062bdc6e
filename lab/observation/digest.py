"""Captures and conversations in words, for the record of a run; the packets are in pcap files."""

from __future__ import annotations

from typing import Any

from lab.wire.conversation import Conversation
from lab.wire.describe import summary
from lab.wire.pcap import Capture

Json = dict[str, Any]


def from_capture(capture: Capture) -> Json:
    """Return what a capture holds, a line for each packet, and whether it is whole."""
    return {
        "host": capture.host,
        "interface": capture.interface,
        "dropped": capture.dropped,
        "problem": capture.problem,
        "packets": [
            {
                "number": packet.number,
                "time_ns": packet.time_ns,
                "length": packet.wire_length,
                "summary": summary(packet),
            }
            for packet in capture.packets
        ],
    }


def from_conversation(conversation: Conversation) -> Json:
    """Return what was seen of a conversation."""
    return {
        "protocol": conversation.protocol,
        "client": str(conversation.client),
        "server": str(conversation.server),
        "started_ns": conversation.started_ns,
        "ended_ns": conversation.ended_ns,
        "handshake": conversation.handshake,
        "closing": conversation.closing,
        "closed_first": conversation.closed_first,
        "refused": conversation.refused,
        "sent": len(conversation.sent),
        "received": len(conversation.received),
        "events": [
            {
                "packet": event.number,
                "time_ns": event.time_ns,
                "sender": event.sender,
                "label": event.label,
                "sequence": event.sequence,
                "acknowledgment": event.acknowledgment,
                "length": event.length,
                "notes": sorted(event.notes),
            }
            for event in conversation.events
        ],
    }
