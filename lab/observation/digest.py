"""Captures and conversations in words, for the record of a run; the packets are in pcap files."""

from __future__ import annotations

from typing import Any

from lab.wire.conversation import Conversation, Event
from lab.wire.describe import summary
from lab.wire.packet import Packet
from lab.wire.pcap import Capture

Json = dict[str, Any]


def from_capture(capture: Capture) -> Json:
    """Return what a capture holds, a line for each packet, and whether it is whole."""
    return {
        "host": capture.host,
        "interface": capture.interface,
        "dropped": capture.dropped,
        "problem": capture.problem,
        "packets": [_summary(packet) for packet in capture.packets],
    }


def _summary(packet: Packet) -> Json:
    return {
        "number": packet.number,
        "time_ns": packet.time_ns,
        "length": packet.wire_length,
        "summary": summary(packet),
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
        "events": [_event(event) for event in conversation.events],
    }


def _event(event: Event) -> Json:
    return {
        "packet": event.number,
        "time_ns": event.time_ns,
        "sender": event.sender,
        "label": event.label,
        "sequence": event.sequence,
        "acknowledgment": event.acknowledgment,
        "length": event.length,
        "notes": sorted(event.notes),
    }


def to_capture(about: Json, given: Capture) -> Capture:
    """Return a capture with what the record says about it."""
    return Capture(
        given.packets,
        dropped=about["dropped"],
        host=about["host"],
        interface=about["interface"],
        problem=given.problem or about["problem"],
    )
