"""Puts the bytes of each direction in order (RFC 9293, 3.4 and 3.10.7.4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lab.wire.conversation.event import KEEP_ALIVE, Event, Gap, Message, Side
from lab.wire.conversation.interval import Intervals


@dataclass(frozen=True, slots=True)
class Chunk:
    """New bytes that one segment brought: ``start`` is the relative number of the first."""

    start: int
    data: bytes
    number: int
    time_ns: int

    @property
    def stop(self) -> int:
        """The relative number after the last byte."""
        return self.start + len(self.data)


def chunks(events: Iterable[Event], sender: Side) -> list[Chunk]:
    """Return what ``sender`` sent, in the order of the stream, each byte once.

    Of bytes that crossed twice the first copy counts, as at the receiver.
    """
    have = Intervals()
    found = []
    for event in events:
        if event.sender != sender or event.rst or not event.payload or KEEP_ALIVE in event.notes:
            continue
        base = event.data_sequence
        for start, stop in have.add(base, base + len(event.payload)):
            data = event.payload[start - base : stop - base]
            found.append(Chunk(start, data, event.number, event.time_ns))
    return sorted(found, key=lambda chunk: chunk.start)


def gaps(stream: Sequence[Chunk], events: Iterable[Event], sender: Side) -> tuple[Gap, ...]:
    """Return the bytes of a flow that were sent, but stand in no packet of the capture."""
    expected, first = _extent(events, sender)
    first = min([first, *(chunk.start for chunk in stream[:1])])
    found, at = [], first
    for chunk in stream:
        if chunk.start > at:
            found.append(Gap(sender, at - first, chunk.start - at))
        at = chunk.stop
    if expected > at:
        found.append(Gap(sender, at - first, expected - at))
    return tuple(found)


def messages(streams: Iterable[tuple[Side, Sequence[Chunk]]]) -> tuple[Message, ...]:
    """Return what was said in turns: consecutive bytes of one direction are one message.

    A byte counts as said once all bytes before it have crossed, since only then can it be read.
    """
    readable: list[tuple[int, int, Side, bytes]] = []
    for side, stream in streams:
        number = time_ns = 0
        for chunk in stream:
            if chunk.number > number:
                number, time_ns = chunk.number, chunk.time_ns
            readable.append((number, time_ns, side, chunk.data))
    readable.sort(key=lambda piece: piece[0])
    turns: list[tuple[Side, int, list[bytes]]] = []
    for _, time_ns, side, data in readable:
        if turns and turns[-1][0] == side:
            turns[-1][2].append(data)
        else:
            turns.append((side, time_ns, [data]))
    return tuple(Message(side, b"".join(parts), time_ns) for side, time_ns, parts in turns)


def _extent(events: Iterable[Event], sender: Side) -> tuple[int, int]:
    """Return how far the flow must reach, and its first number."""
    fin: int | None = None
    reach = first = 1
    for event in events:
        if event.rst:
            continue
        if event.sender == sender:
            reach = max(reach, event.data_sequence + event.length)
            if event.fin:
                fin = event.data_sequence + event.length
        elif event.acknowledgment is not None:
            reach = max(reach, event.acknowledgment)
    return (reach if fin is None else fin), first
