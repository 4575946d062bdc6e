"""Turns the TCP segments of one connection into events: relative numbers, and notes.

The notes mean what Wireshark's user's guide says under "TCP Analysis", with two differences for
students. A segment whose bytes all crossed the wire before is a retransmission even if it comes at
once; tshark calls some of these out-of-order. While the window is closed, the kernel's empty
segment just below the window is a zero window probe and no keep-alive (RFC 9293, 3.8.6.1).

Three of its rules go by a segment's numbers alone. Here each has the precondition of its RFC: a
keep-alive or a probe below the window repeats what was acknowledged (RFC 9293, 3.8.4), an ACK is
a duplicate only while bytes are under way (RFC 5681, 2; else it answers what came twice), and what
was acknowledged before cannot be late: it was sent again.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from lab.wire.conversation.event import (
    ACK,
    ACK_AGAIN,
    DUPLICATE_ACK,
    FIN,
    KEEP_ALIVE,
    OUT_OF_ORDER,
    PSH,
    RETRANSMISSION,
    RST,
    SYN,
    URG,
    WINDOW_UPDATE,
    ZERO_WINDOW,
    ZERO_WINDOW_PROBE,
    Event,
    Side,
    other,
)
from lab.wire.conversation.interval import Intervals
from lab.wire.packet import Packet
from lab.wire.packet.transport.tcp import Flags, Tcp

ORDER = (SYN, FIN, RST, PSH, URG, ACK)
HALF, WHOLE = 1 << 31, 1 << 32

FAST_NS = 20_000_000
"""A segment that is sent again this soon after duplicate ACKs answers them."""

REORDERED_NS = 3_000_000
"""How late a reordered segment may come while the round-trip time is unknown."""


class Segment(NamedTuple):
    """A segment in relative numbers: ``end`` counts SYN and FIN, ``window`` is not yet scaled."""

    start: int
    end: int
    length: int
    ack: int | None
    window: int
    time_ns: int


class Flow:
    """The state of one direction after the segments so far."""

    def __init__(self) -> None:
        self.isn: int | None = None
        self.isn_is_seen = False
        self.next: int | None = None
        self.next_ns = 0
        self.window = -1
        self.shift: int | None = None
        self.ack: int | None = None
        self.acknowledged = 0
        self.ack_ns = 0
        self.duplicate_acks = 0
        self.last_notes: frozenset[str] = frozenset()
        self.seen = Intervals()

    def relative(self, number: int) -> int:
        """Return a sequence number of the wire as an offset from the initial one.

        Numbers wrap at 2^32 (RFC 9293, 3.4): the one meant is the one nearest to what comes next.
        """
        near = self.next or 0
        distance = (number - (self.isn or 0) - near + HALF) % WHOLE - HALF
        return near + distance

    def begin(self, isn: int, *, seen: bool) -> None:
        """Start counting from this initial sequence number."""
        self.isn = isn % WHOLE
        self.isn_is_seen = seen
        self.next = None
        self.seen = Intervals()

    def remember(self, segment: Segment, notes: frozenset[str], *, rst: bool) -> None:
        """Take in a segment of this direction, with its notes."""
        if not rst:
            self.seen.add(segment.start, segment.end)
            advances = self.next is None or segment.end > self.next
            if advances and (self.next is None or ZERO_WINDOW_PROBE not in notes):
                self.next, self.next_ns = segment.end, segment.time_ns
        if DUPLICATE_ACK in notes:
            self.duplicate_acks += 1
        elif segment.ack != self.ack:
            self.duplicate_acks = 0
        self.ack, self.ack_ns = segment.ack, segment.time_ns
        self.acknowledged = max(self.acknowledged, segment.ack or 0)
        if not rst:  # Most resets say "window 0" and close no window by it.
            self.window = segment.window
        self.last_notes = notes


class Tracker:
    """Turns the packets of one TCP connection into events, in the order they were captured."""

    def __init__(self) -> None:
        self._flows: dict[Side, Flow] = {"client": Flow(), "server": Flow()}
        self._syn_ns: int | None = None
        self._round_trip_ns: int | None = None

    def isn(self, side: Side) -> int | None:
        """Return the initial sequence number of this side's SYN, or None if it was not seen."""
        flow = self._flows[side]
        return flow.isn if flow.isn_is_seen else None

    def event(self, packet: Packet, tcp: Tcp, sender: Side, number: int) -> Event:
        """Return what this packet, sent by ``sender``, is in the connection."""
        flow, peer = self._flows[sender], self._flows[other(sender)]
        names = control_bits(tcp.flags)
        syn, fin, rst = SYN in names, FIN in names, RST in names
        _begin_flows(flow, peer, tcp, names)
        length = wire_length(packet, tcp.start + tcp.data_offset * 4)
        start = flow.relative(tcp.sequence)
        ack = peer.relative(tcp.acknowledgment) if ACK in names else None
        end = start + length + syn + fin
        segment = Segment(start, end, length, ack, tcp.window, packet.time_ns)
        self._measure_round_trip(packet.time_ns, names)
        notes = set() if syn or fin or rst else _window_notes(flow, peer, segment, PSH in names)
        if not rst and not notes & {KEEP_ALIVE, ZERO_WINDOW_PROBE}:
            notes |= self._order_notes(flow, peer, segment)
        if syn:
            flow.shift = tcp.window_scale
        shift = 0 if syn or peer.shift is None else flow.shift or 0
        flow.remember(segment, frozenset(notes), rst=rst)
        return Event(
            number=number,
            time_ns=packet.time_ns,
            sender=sender,
            label=" ".join(names),
            sequence=start,
            acknowledgment=ack,
            length=length,
            payload=packet.payload[:length],
            pure_ack=length == 0 and names == (ACK,),
            notes=frozenset(notes),
            window=tcp.window << shift,
            packet=packet,
        )

    def _measure_round_trip(self, time_ns: int, names: tuple[str, ...]) -> None:
        if SYN in names and ACK not in names:
            self._syn_ns = time_ns
        elif SYN not in names and self._syn_ns is not None and self._round_trip_ns is None:
            self._round_trip_ns = time_ns - self._syn_ns

    def _order_notes(self, flow: Flow, peer: Flow, segment: Segment) -> set[str]:
        """Return the notes that follow from which of its bytes crossed before."""
        start, end = segment.start, segment.end
        if start == end or flow.next is None or start >= flow.next:
            return set()
        if end <= peer.acknowledged or flow.seen.missing(start, end) != [(start, end)]:
            return {RETRANSMISSION}
        soon = segment.time_ns - peer.ack_ns < FAST_NS
        asked_for = peer.duplicate_acks >= 2 and peer.ack == start and soon
        late = segment.time_ns - flow.next_ns >= (self._round_trip_ns or REORDERED_NS)
        return {RETRANSMISSION if asked_for or late else OUT_OF_ORDER}


@cache
def control_bits(flags: Flags) -> tuple[str, ...]:
    """Return the names of the control bits that are set, in the order of a label, less ECN's."""
    return tuple(name for name in ORDER if name in flags.names)


def wire_length(packet: Packet, start: int) -> int:
    """Return how many bytes of the IP packet followed an offset on the wire, captured or not."""
    end = packet.ip.end if packet.ip is not None else start
    return max(len(packet.payload), end - start)


def _begin_flows(flow: Flow, peer: Flow, tcp: Tcp, names: tuple[str, ...]) -> None:
    """Take the initial sequence numbers from a SYN, or guess them where none was captured."""
    if SYN in names:
        if not (flow.isn_is_seen and flow.isn == tcp.sequence):
            flow.begin(tcp.sequence, seen=True)
    elif flow.isn is None:
        flow.begin(tcp.sequence - 1, seen=False)
    if peer.isn is None and ACK in names:
        peer.begin(tcp.acknowledgment - 1, seen=False)


def _window_notes(flow: Flow, peer: Flow, segment: Segment, pushed: bool) -> set[str]:
    """Return the notes on the window and the place of a segment without SYN, FIN and RST.

    A byte that is ``pushed`` is data: the one of a keep-alive or a probe below the window is none.
    """
    notes = set[str]()
    at_next = segment.start == flow.next
    if segment.length == 1 and at_next and peer.window == 0:
        return {ZERO_WINDOW_PROBE}
    if segment.window == 0:
        notes.add(ZERO_WINDOW)
    is_data = segment.length > 1 or (segment.length == 1 and pushed)
    is_below = flow.next is not None and segment.start == flow.next - 1
    if is_below and not is_data and peer.acknowledged > segment.start:
        notes.add(ZERO_WINDOW_PROBE if peer.window == 0 else KEEP_ALIVE)
    if segment.length == 0 and at_next and segment.ack is not None and segment.ack == flow.ack:
        answers = peer.last_notes & {KEEP_ALIVE, ZERO_WINDOW_PROBE}
        under_way = peer.next is not None and segment.ack < peer.next
        if segment.window and segment.window != flow.window:
            notes.add(WINDOW_UPDATE)
        elif segment.window and not answers:
            notes.add(DUPLICATE_ACK if under_way else ACK_AGAIN)
    return notes
