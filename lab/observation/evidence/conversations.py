"""Which packet of a conversation is behind what is said of it: a step, a byte, who hung up."""

from __future__ import annotations

from collections.abc import Sequence

from lab.observation.evidence.locate import Places
from lab.observation.evidence.pointer import Pointer
from lab.observation.evidence.spelling import NOTHING_MORE, first_difference, spelled
from lab.wire.conversation import Conversation, Event

Side = str


def behind(
    places: Places, talk: Conversation, name: str, seen: object, due: object
) -> list[Pointer]:
    """Return the packet behind an attribute of a conversation that is not what is due."""
    if name in ("handshake", "closing") and isinstance(seen, list) and isinstance(due, list):
        return _step(places, talk, seen, due)
    if name in ("sent", "received") and isinstance(seen, bytes):
        sender = "client" if name == "sent" else "server"
        return _byte(places, talk, sender, seen, due)
    words = spelled(due)
    if name == "closed_first":
        fin = next((event for event in talk.events if event.fin), None)
        return places.number(talk, fin.number if fin else talk.packets[-1].number, words)
    if name in ("established", "refused"):
        reset = next((event for event in talk.events if event.rst), None)
        return places.number(talk, reset.number if reset else talk.packets[-1].number)
    return places.of(seen) or places.number(talk, talk.packets[-1].number, words)


def _step(
    places: Places, talk: Conversation, seen: Sequence[str], due: Sequence[object]
) -> list[Pointer]:
    found = first_difference(seen, due)
    if found is None:
        return []
    index, _ = found
    events = iter(talk.events)
    event = None
    for step in seen[: index + 1]:
        event = next((each for each in events if _is(each, step)), event)
    number = event.number if event and index < len(seen) else talk.packets[-1].number
    return places.number(talk, number, str(due[index]) if index < len(due) else NOTHING_MORE)


def _is(event: Event, step: str) -> bool:
    side, _, label = step.partition(" ")
    if side not in ("client", "server"):
        label = step
    elif event.sender != side:
        return False
    if label == "ACK":
        return event.acknowledgment is not None
    return set(label.split()) <= set(event.label.split())


def _byte(
    places: Places, talk: Conversation, sender: Side, seen: bytes, due: object
) -> list[Pointer]:
    wanted = due if isinstance(due, bytes) else b""
    pairs = zip(seen, wanted, strict=False)
    at = next(
        (index for index, (own, other) in enumerate(pairs) if own != other),
        min(len(seen), len(wanted)) if isinstance(due, bytes) else 0,
    )
    words = spelled(due) or NOTHING_MORE
    start = 0
    last = talk.packets[-1].number
    if talk.protocol == "udp":
        for datagram in talk.datagrams:
            if datagram.sender == sender:
                last = datagram.packets[0]
                if start <= at < start + len(datagram.data):
                    break
                start += len(datagram.data)
        return places.number(talk, last, words)
    for event in talk.events:
        if event.sender == sender and event.length:
            last = event.number
            first = event.data_sequence - 1
            if first <= at < first + event.length:
                break
    return places.number(talk, last, words)
