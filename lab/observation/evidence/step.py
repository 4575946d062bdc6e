"""Find the packet that gave an attribute of a conversation its value: a step, a byte, a FIN."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lab.wire.conversation import Conversation, Event
from lab.wire.packet import Packet

STEPS = ("handshake", "closing")
_OF_THE_FIRST = ("client", "server", "protocol", "opening_seen", "started_ns")


def behind(talk: Conversation, name: str, value: Any, at: int | None) -> object:
    """Return the packet (or packets) behind an attribute, or behind its element ``at`` there."""
    last = talk.packets[-1]
    if name in STEPS and at is not None:
        return _step(talk, value[: at + 1])
    if name in ("sent", "received") and at is not None:
        return _byte(talk, "client" if name == "sent" else "server", at)
    if name == "closed_first":
        return next((each for each in talk.events if each.fin), last)
    if name in ("established", "refused"):
        return next((each for each in talk.events if each.rst), last)
    if name in _OF_THE_FIRST:
        return talk.packets[0]
    if isinstance(value, tuple) and value:
        return value if at is None else value[min(at, len(value) - 1)]
    return last


def _step(talk: Conversation, steps: Sequence[str]) -> Packet:
    """Return the packet of the last of these steps."""
    events = iter(talk.events)
    packet = talk.packets[-1]
    for step in steps:
        packet = next((each.packet for each in events if _is(each, step)), packet)
    return packet


def _is(event: Event, step: str) -> bool:
    side, _, label = step.partition(" ")
    if side not in ("client", "server"):
        label = step
    elif event.sender != side:
        return False
    if label == "ACK":
        return event.acknowledgment is not None
    return set(label.split()) <= set(event.label.split())


def _byte(talk: Conversation, sender: str, at: int) -> Packet:
    """Return the packet with this byte of a direction, else its last with any data."""
    packets = {packet.number: packet for packet in talk.packets}
    number = start = 0
    if talk.protocol == "udp":
        for datagram in (each for each in talk.datagrams if each.sender == sender):
            number, start = datagram.packets[0], start + len(datagram.data)
            if at < start:
                break
    else:
        for event in (each for each in talk.events if each.sender == sender and each.length):
            number = event.number
            if event.data_sequence - 1 <= at < event.data_sequence - 1 + event.length:
                break
    return packets.get(number, talk.packets[-1])
