"""An event for each packet of a conversation, and the values that are made of events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lab.wire.packet import Packet

Side = Literal["client", "server"]
"""Which end of a conversation: ``client`` opened it, ``server`` was there."""

SYN, FIN, RST, PSH, URG, ACK = "SYN", "FIN", "RST", "PSH", "URG", "ACK"

RETRANSMISSION = "retransmission"
OUT_OF_ORDER = "out-of-order"
DUPLICATE_ACK = "duplicate ACK"
ACK_AGAIN = "ACK again"
ZERO_WINDOW = "zero window"
WINDOW_UPDATE = "window update"
KEEP_ALIVE = "keep-alive"
ZERO_WINDOW_PROBE = "zero window probe"


def other(side: Side) -> Side:
    """Return the opposite end."""
    return "server" if side == "client" else "client"


@dataclass(frozen=True, slots=True)
class Event:
    """One packet's part in its conversation.

    ``number`` is the packet's number in its capture (of a fragmented datagram, the number of its
    first fragment), ``time_ns`` epoch nanoseconds. ``label`` names a TCP segment's control bits
    (RFC 9293, 3.1) in the order SYN FIN RST PSH URG ACK, and is ``datagram`` for UDP; the two bits
    of ECN (RFC 3168) are left out.

    ``sequence`` and ``acknowledgment`` are relative: the SYN has number 0, the first byte of data
    number 1; ``acknowledgment`` is None without the ACK bit. For UDP they are 0 and None.
    ``length`` is the number of bytes of data that crossed the wire, of which ``payload`` holds
    those that were captured. ``window`` is the advertised window in bytes, scaled where both ends
    agreed to scaling (RFC 7323, 2).
    """

    number: int
    time_ns: int
    sender: Side
    label: str
    sequence: int
    acknowledgment: int | None
    length: int
    payload: bytes
    pure_ack: bool
    notes: frozenset[str]
    window: int
    packet: Packet

    @property
    def syn(self) -> bool:
        """Whether this segment opens its direction."""
        return SYN in self.label

    @property
    def fin(self) -> bool:
        """Whether this segment says that its sender will send no more."""
        return FIN in self.label

    @property
    def rst(self) -> bool:
        """Whether this segment ends the connection at once."""
        return RST in self.label

    @property
    def end(self) -> int:
        """The relative sequence number that follows this segment; SYN and FIN take one each."""
        return self.sequence + self.length + self.syn + self.fin

    def after(self, earlier: Event) -> float:
        """Return how many seconds after another segment this one crossed."""
        return (self.time_ns - earlier.time_ns) / 1e9

    @property
    def data_sequence(self) -> int:
        """The relative sequence number of the first byte of data."""
        return self.sequence + self.syn


@dataclass(frozen=True, slots=True)
class Message:
    """What one end said before the other spoke again; for UDP one datagram.

    ``time_ns`` is when the first of its bytes could be read by who tapped the wire.
    """

    sender: Side
    data: bytes
    time_ns: int


@dataclass(frozen=True, slots=True)
class Datagram:
    """One UDP datagram, whole: ``packets`` numbers its IP packets, more than one if fragmented."""

    sender: Side
    data: bytes
    time_ns: int
    packets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """Bytes of a flow that were sent and acknowledged, or followed, but are in no packet here.

    ``start`` counts the flow's bytes from 0.
    """

    sender: Side
    start: int
    length: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a conversation's canonical form.

    ``what`` is ``SYN``, ``SYN ACK``, ``data``, ``FIN``, ``RST`` or ``datagram``; ``sequence`` is
    relative and ``length`` in bytes of data.
    """

    sender: Side
    what: str
    sequence: int
    length: int

    def __str__(self) -> str:
        return f"{self.sender} {self.what} {self.sequence}+{self.length}"
