"""How a TCP connection opened and closed, read from its events (RFC 9293, 3.5 and 3.6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lab.wire.conversation.event import Event, Side, other


def established_at(events: Sequence[Event]) -> int | None:
    """Return the index of the event after which both SYNs were acknowledged, or None."""
    syns: set[Side] = set()
    acknowledged: set[Side] = set()
    for index, event in enumerate(events):
        if event.rst:
            continue
        if event.syn:
            syns.add(event.sender)
        peer = other(event.sender)
        if peer in syns and event.acknowledgment is not None and event.acknowledgment >= 1:
            acknowledged.add(peer)
        if len(syns) == len(acknowledged) == 2:
            return index
    return None


def handshake(events: Sequence[Event]) -> list[str]:
    """Return the labels of what opened the connection, or tried to, in order.

    The acknowledgment that completes it is called ``ACK`` whatever else it carries. A SYN that is
    sent again appears again, and so does the bare ACK that answers a repeated SYN ACK.
    """
    done = established_at(events)
    labels: list[str] = []
    repeated = False
    for index, event in enumerate(events):
        before = done is None or index <= done
        if event.syn or (event.rst and before):
            labels.append(event.label)
        elif index == done or (repeated and event.pure_ack):
            labels.append("ACK")
        repeated = event.syn and not before
    return labels


def closing(events: Sequence[Event], *, opening_seen: bool) -> Iterator[str]:
    """Yield what closed the connection: each end's first FIN, and the first ACK of it, and resets.

    An ACK in the same segment as a FIN or data is listed as an ACK before them. So the list does
    not depend on whether the kernel joined the two.
    """
    done = established_at(events)
    fins: dict[Side, int] = {}
    acknowledged: set[Side] = set()
    for index, event in enumerate(events):
        peer = other(event.sender)
        if event.rst:
            if not opening_seen or (done is not None and index > done):
                yield f"{event.sender} {event.label}"
            continue
        if peer in fins and peer not in acknowledged and (event.acknowledgment or 0) >= fins[peer]:
            acknowledged.add(peer)
            yield f"{event.sender} ACK"
        if event.fin and event.sender not in fins:
            fins[event.sender] = event.end
            yield f"{event.sender} FIN ACK"


def is_closed(steps: Sequence[str]) -> bool:
    """Return whether the steps of :func:`closing` end both directions, or a reset does."""
    return any(" RST" in step for step in steps) or (
        sum(" FIN" in step for step in steps) == 2
        and sum(step.endswith(" ACK") and " FIN" not in step for step in steps) == 2
    )


def is_refused(events: Sequence[Event]) -> bool:
    """Return whether a reset answered a SYN before the connection was established.

    One who sent a SYN of their own did not refuse: who asks for a connection and then resets it
    has given up, and who answered SYN ACK did listen.
    """
    if established_at(events) is not None:
        return False
    syns = {event.sender for event in events if event.syn}
    return any(
        event.rst and other(event.sender) in syns and event.sender not in syns for event in events
    )
