"""The form of a conversation in which two runs of the same programs are equal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lab.wire.conversation.event import (
    ACK,
    FIN,
    KEEP_ALIVE,
    RETRANSMISSION,
    RST,
    SYN,
    ZERO_WINDOW_PROBE,
    Event,
    Side,
    Step,
)

REPEATED = {RETRANSMISSION, KEEP_ALIVE, ZERO_WINDOW_PROBE}


def canonical(events: Iterable[Event]) -> tuple[Step, ...]:
    """Return the steps of a conversation without what varies from run to run.

    Bare ACKs, repetitions and probes are left out; bytes of one direction that follow each other
    are one step; a FIN is a step of its own even if it rode on data.
    """
    joined: list[Step] = []
    for step in _steps(events):
        last = joined[-1] if joined else None
        if last and step.what == last.what == "data" and step.sender == last.sender:
            first = min(step.sequence, last.sequence)
            end = max(step.sequence + step.length, last.sequence + last.length)
            joined[-1] = Step(step.sender, "data", first, end - first)
        else:
            joined.append(step)
    return tuple(joined)


def _steps(events: Iterable[Event]) -> Iterator[Step]:
    reset: set[Side] = set()
    for event in events:
        if event.label == "datagram":
            yield Step(event.sender, "datagram", 0, event.length)
            continue
        if event.notes & REPEATED:
            continue
        if event.rst:
            if event.sender not in reset:
                yield Step(event.sender, RST, event.sequence, 0)
            reset.add(event.sender)
            continue
        if event.syn:
            what = f"{SYN} {ACK}" if event.acknowledgment is not None else SYN
            yield Step(event.sender, what, event.sequence, 0)
        if event.length:
            yield Step(event.sender, "data", event.data_sequence, event.length)
        if event.fin:
            yield Step(event.sender, FIN, event.data_sequence + event.length, 0)
