"""One conversation: both directions of what two ends said to each other, as values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from lab.wire.address import Address, Ends
from lab.wire.conversation import phases, stream, twice
from lab.wire.conversation.canonical import canonical
from lab.wire.conversation.event import (
    DUPLICATE_ACK,
    KEEP_ALIVE,
    OUT_OF_ORDER,
    RETRANSMISSION,
    ZERO_WINDOW,
    ZERO_WINDOW_PROBE,
    Datagram,
    Event,
    Gap,
    Message,
    Side,
    Step,
)
from lab.wire.conversation.icmp_error import IcmpError, icmp_error
from lab.wire.conversation.noted import WITH, noted
from lab.wire.packet import Packet
from lab.wire.question import found_once, question
from lab.wire.tls.handshake import CLIENT_HELLO, SERVER_HELLO
from lab.wire.tls.opening import opens

if TYPE_CHECKING:
    from lab.wire.conversation.http import Direction, Http


@dataclass(frozen=True)
class Conversation:
    """The packets between two ends, in one capture, and what they amount to.

    ``client`` is the end that opened it: it sent the SYN, or the first datagram. Where the capture
    holds no SYN, ``opening_seen`` is False and the end with the higher port is taken for the
    client. ``packets`` are as captured, fragments included; ``datagrams`` are UDP's, whole, and
    ``incomplete`` counts those of which fragments are missing. ``errors`` are the ICMP packets
    that quote a packet of this conversation (RFC 792, RFC 4443); they are not among ``packets``.
    """

    protocol: Literal["tcp", "udp"]
    client: Address
    server: Address
    packets: tuple[Packet, ...]
    events: tuple[Event, ...]
    opening_seen: bool = True
    datagrams: tuple[Datagram, ...] = ()
    incomplete: int = 0
    errors: tuple[Packet, ...] = ()

    @property
    def ends(self) -> Ends:
        """Who has it: equal to the ``conversation`` of the calls that made it."""
        return Ends(self.protocol, self.client, self.server)

    @property
    def started_ns(self) -> int:
        """When its first packet crossed, in epoch nanoseconds."""
        return self.packets[0].time_ns

    @property
    def ended_ns(self) -> int:
        """When its last packet crossed, in epoch nanoseconds."""
        return self.packets[-1].time_ns

    @found_once("step of opening", WITH)
    def handshake(self) -> list[str]:
        """What opened it: ``["SYN", "SYN ACK", "ACK"]``, or ``["SYN", "RST ACK"]`` if refused.

        Each repetition appears again. Empty for UDP, and where the opening was not captured.
        """
        return phases.handshake(self.events)

    @found_once()
    def established(self) -> bool:
        """Whether both ends agreed to talk; of an opening not captured, whether any did talk."""
        if self.protocol == "udp":
            return False
        if phases.established_at(self.events) is not None:
            return True
        return not self.opening_seen and any(not event.rst for event in self.events)

    @found_once()
    def refused(self) -> bool:
        """Whether the server's host said that nobody listens: a reset, or ICMP port unreachable."""
        if self.established:
            return False
        if self.protocol == "tcp" and phases.is_refused(self.events):
            return True
        return any(error.kind == "port unreachable" for error in self.icmp_errors)

    @found_once("ICMP error", WITH)
    def icmp_errors(self) -> tuple[IcmpError, ...]:
        """What hosts and routers reported about its packets, ICMP and ICMPv6 alike."""
        return tuple(found for packet in self.errors if (found := icmp_error(packet)) is not None)

    @found_once("step of closing", WITH)
    def closing(self) -> list[str]:
        """What closed it: ``["server FIN ACK", "client ACK", "client FIN ACK", "server ACK"]``.

        An ACK is listed as such whether or not it rode on data or on a FIN.
        """
        return list(phases.closing(self.events, opening_seen=self.opening_seen))

    @found_once()
    def closed(self) -> bool:
        """Whether it is over: both FINs acknowledged, or reset, or refused."""
        return self.refused or bool(self.resets) or phases.is_closed(self.closing)

    @found_once()
    def closed_first(self) -> Side | None:
        """Who sent the first FIN; None if nobody did (see ``resets``)."""
        return next((event.sender for event in self.events if event.fin), None)

    @found_once("FIN", WITH)
    def fins(self) -> tuple[Event, ...]:
        """The segments with FIN, of either end, repetitions among them."""
        return tuple(event for event in self.events if event.fin)

    @found_once("reset", WITH)
    def resets(self) -> tuple[Event, ...]:
        """The resets, of either end."""
        return tuple(event for event in self.events if event.rst)

    retransmissions = noted(RETRANSMISSION, "retransmission", "What was sent again, SYN too.")
    duplicate_acks = noted(DUPLICATE_ACK, "duplicate ACK", "ACKs that say: bytes are missing.")
    out_of_order = noted(OUT_OF_ORDER, "segment out of order", "Late, but not sent again.")
    came_twice = found_once("segment that came twice", WITH)(twice.came_twice)
    zero_windows = noted(ZERO_WINDOW, "zero window", "The sender cannot take any more bytes.")
    window_probes = noted(ZERO_WINDOW_PROBE, "window probe", "They ask: is there room by now?")
    keep_alives = noted(KEEP_ALIVE, "keep-alive", "They ask whether the other end is still there.")

    @found_once("byte", WITH)
    def sent(self) -> bytes:
        """What the client sent, in order and each byte once; ``gaps`` tells what is missing."""
        return self._bytes("client")

    @found_once("byte", WITH)
    def received(self) -> bytes:
        """What the client was sent, in order and each byte once; ``gaps`` tells what is missing."""
        return self._bytes("server")

    @found_once("gap", WITH)
    def gaps(self) -> tuple[Gap, ...]:
        """The bytes that must have been sent but are in no packet of this capture."""
        if self.protocol == "udp":
            return ()
        return tuple(
            gap
            for side, chunks in self.streams.items()
            for gap in stream.gaps(chunks, self.events, side)
        )

    @found_once("message", WITH)
    def messages(self) -> tuple[Message, ...]:
        """Who said what in turns; for UDP, each datagram."""
        if self.protocol == "udp":
            return tuple(Message(d.sender, d.data, d.time_ns) for d in self.datagrams)
        return stream.messages(self.streams.items())

    @question("message", WITH)
    def said(self, by: Side) -> list[bytes]:
        """Return what one side said, turn by turn; for UDP, each of its datagrams."""
        return [message.data for message in self.messages if message.sender == by]

    @property
    def turns(self) -> list[Side]:
        """Who spoke, turn by turn: ``["client", "server"]``; for UDP, who sent each datagram."""
        return [message.sender for message in self.messages]

    @found_once()
    def spoke_first(self) -> Side | None:
        """Who sent the first bytes of data; None if nobody sent any."""
        return self.messages[0].sender if self.messages else None

    @found_once()
    def greeting(self) -> bytes:
        """What the server said before the client said anything; empty if the client began."""
        return self.messages[0].data if self.spoke_first == "server" else b""

    @found_once()
    def is_tls(self) -> bool:
        """Whether what both sides said begins with a Hello of TLS (RFC 8446, 4.1)."""
        return opens(self.sent, CLIENT_HELLO) and opens(self.received, SERVER_HELLO)

    def hides(self, *words: bytes | str) -> bool:
        """Return whether data was exchanged and none of these words can be read in it."""
        said = (self.sent, self.received)
        encoded = [word.encode() if isinstance(word, str) else word for word in words]
        return any(said) and not any(word in side for word in encoded for side in said)

    @question("segment", WITH)
    def data_segments(self, sender: Side | None = None, carrying: bytes = b"") -> list[Event]:
        """Return the segments (UDP: datagrams) with data, each time that they crossed.

        ``sender`` names the side that sent them, ``carrying`` bytes that they hold.
        """
        found = (each for each in self.events if each.length and carrying in each.payload)
        return [each for each in found if sender in (None, each.sender)]

    @cached_property
    def http(self) -> Http:
        """The HTTP requests and responses in it; asking for them may raise NotObserved."""
        from lab.wire.conversation.http import Dialogue, Http  # noqa: PLC0415 - few ask for it

        sides = (self._direction(side, chunks) for side, chunks in self.streams.items())
        return Http(Dialogue(*sides))

    @cached_property
    def canonical(self) -> tuple[Step, ...]:
        """What two runs of the same programs have in common, whatever the timing.

        Bare ACKs and repetitions are left out, numbers are relative, and bytes that follow each
        other in one direction are one step, however they were cut into segments.
        """
        return canonical(self.events)

    @cached_property
    def streams(self) -> dict[Side, list[stream.Chunk]]:
        """What each side sent over TCP, in order, with the packets that brought it."""
        sides: tuple[Side, ...] = ("client", "server")
        return {side: stream.chunks(self.events, side) for side in sides}

    def _bytes(self, sender: Side) -> bytes:
        if self.protocol == "udp":
            return b"".join(d.data for d in self.datagrams if d.sender == sender)
        return b"".join(chunk.data for chunk in self.streams[sender])

    def _direction(self, side: Side, chunks: list[stream.Chunk]) -> Direction:
        from lab.wire.conversation.http import Direction  # noqa: PLC0415 - likewise

        has_ended = any(fin.sender == side for fin in self.fins)
        by_number = {packet.number: packet for packet in self.packets}
        places, offset = [], 0
        for chunk in chunks:
            places.append((offset, by_number[chunk.number]))
            offset += len(chunk.data)
        return Direction(self._bytes(side), has_ended, places)
