"""Find the packet that gave an attribute of a conversation its value: a step, a byte, a FIN."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from lab.observation.evidence.spelling import NOTHING_MORE, first_difference, spelled
from lab.wire.conversation import Conversation, Event
from lab.wire.packet import Packet


def behind(talk: Conversation, name: str, seen: object, due: object) -> tuple[object, str]:
    """Return what is behind an attribute that is not as it should be, and what is due there."""
    packets = {packet.number: packet for packet in talk.packets}
    last = talk.packets[-1]
    if name in ("handshake", "closing") and isinstance(seen, list) and isinstance(due, list):
        return _step(talk, seen, due)
    if name in ("sent", "received") and isinstance(seen, bytes) and isinstance(due, bytes):
        number = _byte(talk, "client" if name == "sent" else "server", seen, due)
        return packets.get(number, last), spelled(due) or NOTHING_MORE
    if name == "closed_first":
        return next((each.packet for each in talk.events if each.fin), last), spelled(due)
    if name in ("established", "refused"):
        return next((each.packet for each in talk.events if each.rst), last), ""
    if name in ("client", "server", "protocol", "opening_seen", "started_ns"):
        return talk.packets[0], spelled(due)
    return (seen if isinstance(seen, tuple) and seen else last), spelled(due)


def _step(
    talk: Conversation, seen: Sequence[str], due: Sequence[object]
) -> tuple[Packet | None, str]:
    found = first_difference(seen, due)
    if found is None:
        return None, ""
    index, _ = found
    events = iter(talk.events)
    packet = talk.packets[-1]
    if index < len(seen):
        for step in seen[: index + 1]:
            packet = next((each.packet for each in events if _is(each, step)), packet)
    if index >= len(due):
        return packet, NOTHING_MORE
    return packet, f"{'' if index < len(seen) else 'followed by '}{due[index]}"


def _is(event: Event, step: str) -> bool:
    side, _, label = step.partition(" ")
    if side not in ("client", "server"):
        label = step
    elif event.sender != side:
        return False
    if label == "ACK":
        return event.acknowledgment is not None
    return set(label.split()) <= set(event.label.split())


def _byte(talk: Conversation, sender: str, seen: bytes, due: bytes) -> int:
    """Return the number of the packet with the first byte that differs; else the last with any."""
    at = next((i for i, (own, other) in enumerate(zip_longest(seen, due)) if own != other), 0)
    number = start = 0
    if talk.protocol == "udp":
        for datagram in (each for each in talk.datagrams if each.sender == sender):
            number, start = datagram.packets[0], start + len(datagram.data)
            if at < start:
                break
        return number
    for event in (each for each in talk.events if each.sender == sender and each.length):
        number = event.number
        if event.data_sequence - 1 <= at < event.data_sequence - 1 + event.length:
            break
    return number
