"""The states that one end of a TCP connection went through (RFC 9293, 3.3.2), from its packets.

States are named as Linux prints them (``netstat``, and ``ss`` in its own spelling): SYN_RECV is the
RFC's SYN-RECEIVED, FIN_WAIT1 its FIN-WAIT-1, and so on; CLOSE is its CLOSED.
"""

from __future__ import annotations

from collections.abc import Sequence

from lab.wire.conversation import Conversation, Event, Side
from lab.wire.sockets.table import StateChange

__all__ = ["StateChange", "merge", "states"]

LISTEN = "LISTEN"
SYN_SENT = "SYN_SENT"
SYN_RECV = "SYN_RECV"
ESTABLISHED = "ESTABLISHED"
FIN_WAIT1 = "FIN_WAIT1"
FIN_WAIT2 = "FIN_WAIT2"
CLOSE_WAIT = "CLOSE_WAIT"
LAST_ACK = "LAST_ACK"
CLOSING = "CLOSING"
TIME_WAIT = "TIME_WAIT"
CLOSE = "CLOSE"

ON_SENDING_FIN = {SYN_RECV: FIN_WAIT1, ESTABLISHED: FIN_WAIT1, CLOSE_WAIT: LAST_ACK}
ON_RECEIVING_FIN = {
    SYN_RECV: CLOSE_WAIT,
    ESTABLISHED: CLOSE_WAIT,
    FIN_WAIT1: CLOSING,
    FIN_WAIT2: TIME_WAIT,
}
ON_FIN_ACKNOWLEDGED = {FIN_WAIT1: FIN_WAIT2, CLOSING: TIME_WAIT, LAST_ACK: CLOSE}

TOLERANCE_NS = 2_000_000
"""How far apart the times of a packet and of a sample of the same moment may be."""


class Machine:
    """The state machine of one end, driven by the segments that its host sent and received."""

    def __init__(self, end: Side, *, opening_seen: bool) -> None:
        self.end = end
        self.state = CLOSE if opening_seen else ESTABLISHED
        self._received_to = 0
        self._held: list[tuple[int, int]] = []
        self._fin_sent: int | None = None
        self._fin_received: int | None = None
        self._opening_seen = opening_seen

    def replay(self, event: Event) -> list[str]:
        """Return the states that this segment leads through, in order; usually none or one."""
        before = self.state
        passed: list[str] = []
        step = self._sent if event.sender == self.end else self._received
        for state in step(event):
            if state != before:
                passed.append(state)
                before = self.state = state
        return passed

    def _sent(self, event: Event) -> list[str]:
        if event.rst:
            return [CLOSE]
        if event.syn:
            # A SYN that came in leads to SYN_RECV only if it is answered: a host on which nobody
            # listens, or whose backlog is full, has no socket for it.
            if self.state == CLOSE:
                return [SYN_SENT if event.acknowledgment is None else SYN_RECV]
            return []
        if event.fin and self._fin_sent is None:
            self._fin_sent = event.end
            return [ON_SENDING_FIN.get(self.state, self.state)]
        return []

    def _received(self, event: Event) -> list[str]:
        if event.rst:
            return [CLOSE] if self.state != CLOSE else []
        state = self.state
        passed: list[str] = []
        ack = event.acknowledgment
        if event.syn:
            if state == SYN_SENT:
                passed.append(ESTABLISHED if ack is not None else SYN_RECV)
            elif state == SYN_RECV and ack is not None and ack >= 1:
                passed.append(ESTABLISHED)
        elif state == SYN_RECV and ack is not None and ack >= 1:
            passed.append(ESTABLISHED)
        state = passed[-1] if passed else state
        if self._fin_sent is not None and ack is not None and ack >= self._fin_sent:
            passed.append(ON_FIN_ACKNOWLEDGED.get(state, state))
            state = passed[-1]
        if self._is_whole_with(event):
            passed.append(ON_RECEIVING_FIN.get(state, state))
        return passed

    def _is_whole_with(self, event: Event) -> bool:
        """Take in a segment; tell whether the peer's FIN has arrived with all that precedes it."""
        if not self._opening_seen and not self._held and not self._received_to:
            self._received_to = event.sequence
        if event.fin:
            self._fin_received = event.end
        self._held.append((event.sequence, event.end))
        self._held.sort()
        while self._held and self._held[0][0] <= self._received_to:
            self._received_to = max(self._received_to, self._held.pop(0)[1])
        return self._fin_received is not None and self._received_to >= self._fin_received


def states(conversation: Conversation, end: Side) -> list[StateChange]:
    """Return the states of one end of a conversation, as seen in a capture at that end's host.

    A state begins with the packet that leads to it. The passage of time is not replayed: TIME_WAIT
    is the last state although it ends, and so is a state whose end nobody saw. A conversation
    whose opening was not captured starts as ESTABLISHED.
    """
    if conversation.protocol != "tcp" or not conversation.events:
        return []
    machine = Machine(end, opening_seen=conversation.opening_seen)
    changes: list[StateChange] = []
    if not conversation.opening_seen:
        changes.append(StateChange(conversation.started_ns, ESTABLISHED))
    for event in conversation.events:
        changes.extend(StateChange(event.time_ns, state) for state in machine.replay(event))
    return changes


def merge(
    inferred: Sequence[StateChange],
    sampled: Sequence[StateChange],
    *,
    tolerance_ns: int = TOLERANCE_NS,
) -> list[StateChange]:
    """Return one time line from what the packets say and what samples of the socket table showed.

    A state that both have is ``seen`` and keeps the packet's time, which is the exact one. States
    that only the samples have are kept (LISTEN before, CLOSE after), states that only the packets
    have are not ``seen``. Where a sample contradicts the packets, the sample counts: an inferred
    state is dropped if the table still showed another one more than ``tolerance_ns`` later.
    """
    left: list[StateChange] = []
    for change in inferred:
        before = {earlier.state for earlier in left}
        late_ns = change.time_ns + tolerance_ns
        if not any(
            seen.state != change.state
            and (seen.last_ns or seen.time_ns) > late_ns
            and (seen.time_ns < change.time_ns or seen.state in before)
            for seen in sampled
        ):
            left.append(change)
    merged: list[StateChange] = []
    for seen in sampled:
        place = _place_of(seen, left, tolerance_ns)
        if place is None:
            merged.append(StateChange(seen.time_ns, seen.state, True, seen.last_ns))
            continue
        merged.extend(left[:place])
        exact = min(left[place].time_ns, seen.time_ns)
        merged.append(StateChange(exact, seen.state, True, seen.last_ns))
        del left[: place + 1]
    merged.extend(left)
    return _without_repetitions(sorted(merged, key=lambda change: change.time_ns))


def _place_of(seen: StateChange, left: Sequence[StateChange], tolerance_ns: int) -> int | None:
    """Return the index of the inferred change that this sample confirms."""
    last = seen.last_ns or seen.time_ns
    for index, change in enumerate(left):
        if change.time_ns > last + tolerance_ns:
            return None
        if change.state == seen.state:
            return index
    return None


def _without_repetitions(changes: Sequence[StateChange]) -> list[StateChange]:
    kept: list[StateChange] = []
    for change in changes:
        if kept and kept[-1].state == change.state:
            last = change.last_ns or kept[-1].last_ns
            seen = kept[-1].seen or change.seen
            kept[-1] = StateChange(kept[-1].time_ns, change.state, seen, last)
        else:
            kept.append(change)
    return kept
