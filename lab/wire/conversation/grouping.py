"""Groups the packets of a capture into conversations by both ends (RFC 9293, 3.4; RFC 768)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from lab.wire.address import Address
from lab.wire.conversation import phases
from lab.wire.conversation.conversation import Conversation
from lab.wire.conversation.event import Datagram, Event, Side
from lab.wire.conversation.fragments import Whole, reassemble
from lab.wire.conversation.tracker import Tracker, control_bits, wire_length
from lab.wire.packet import Packet

Key = tuple[str, frozenset[Address]]


@dataclass
class _Open:
    """A conversation while its packets are being read."""

    protocol: Literal["tcp", "udp"]
    client: Address
    server: Address
    opening_seen: bool
    packets: list[Packet] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    datagrams: list[Datagram] = field(default_factory=list)
    incomplete: int = 0
    errors: list[Packet] = field(default_factory=list)
    tracker: Tracker = field(default_factory=Tracker)

    def side(self, packet: Packet) -> Side:
        """Return which end sent the packet."""
        return "client" if packet.source == self.client else "server"

    def finished(self) -> Conversation:
        """Return the conversation as a value."""
        return Conversation(
            protocol=self.protocol,
            client=self.client,
            server=self.server,
            packets=tuple(sorted(self.packets, key=lambda packet: packet.number)),
            events=tuple(self.events),
            opening_seen=self.opening_seen,
            datagrams=tuple(self.datagrams),
            incomplete=self.incomplete,
            errors=tuple(self.errors),
        )


def conversations(packets: Iterable[Packet]) -> tuple[Conversation, ...]:
    """Return the TCP and UDP conversations of one capture, ordered by their first packet.

    Connections that follow each other on the same four-tuple are conversations of their own.
    """
    grouping = Grouping()
    grouping.take(packets)
    return grouping.so_far()


class Grouping:
    """The conversations of one capture that still grows: its packets are taken in as they come."""

    def __init__(self) -> None:
        self._current: dict[Key | None, _Open] = {}
        self._found: list[_Open] = []

    def take(self, packets: Iterable[Packet]) -> None:
        """Take in further packets, in their order; all fragments of a datagram come together."""
        for whole in reassemble(packets):
            packet = whole.packet
            quoted = packet.quoted
            if quoted is not None:
                about = self._current.get(_key(quoted))
                if about is not None:
                    about.errors.append(packet)
                continue
            key = _key(packet)
            if key is None or (packet.tcp is None and packet.udp is None):
                continue
            conversation = self._current.get(key)
            if conversation is None or _begins_anew(conversation, packet):
                conversation = self._current[key] = _begun(packet)
                self._found.append(conversation)
            _add(conversation, whole)

    def so_far(self) -> tuple[Conversation, ...]:
        """Return the conversations as they are now, ordered by their first packet."""
        return tuple(
            conversation.finished()
            for conversation in sorted(self._found, key=lambda begun: begun.packets[0].number)
        )


def _key(packet: Packet) -> Key | None:
    """Return what the packets of one conversation have in common; None for any other packet."""
    source, destination, protocol = packet.source, packet.destination, packet.protocol
    if source is None or destination is None or source.port is None or destination.port is None:
        return None
    return (protocol, frozenset((source, destination))) if protocol in ("tcp", "udp") else None


def _begun(packet: Packet) -> _Open:
    source, destination = packet.source, packet.destination
    assert source is not None  # noqa: S101 - the key was made of them
    assert destination is not None  # noqa: S101 - the key was made of them
    protocol: Literal["tcp", "udp"] = "udp" if packet.tcp is None else "tcp"
    return _Open(protocol, *opened(packet, source, destination))


def opened(packet: Packet, source: Address, destination: Address) -> tuple[Address, Address, bool]:
    """Return client and server as the first packet of a conversation tells them, and if it does.

    Where it opens nothing, the end with the higher port is taken for the client.
    """
    if packet.tcp is None:
        return source, destination, True
    names = control_bits(packet.tcp.flags)
    if "SYN" in names and "ACK" not in names:
        return source, destination, True
    if "SYN" in names or (source.port or 0) < (destination.port or 0):
        source, destination = destination, source
    return source, destination, False


def _begins_anew(conversation: _Open, packet: Packet) -> bool:
    """Return whether this packet opens a new connection between the same ends.

    A SYN opens one, except where it repeats the SYN of this connection, or is the second SYN of a
    simultaneous open (RFC 9293, 3.5).
    """
    if packet.tcp is None:
        return False
    names = control_bits(packet.tcp.flags)
    if "SYN" not in names or "ACK" in names:
        return False
    isn = conversation.tracker.isn(conversation.side(packet))
    if isn is not None:
        return isn != packet.tcp.sequence
    return not conversation.opening_seen or phases.is_refused(conversation.events)


def _add(conversation: _Open, whole: Whole) -> None:
    packet, first = whole.packet, whole.parts[0]
    side = conversation.side(packet)
    conversation.packets.extend(whole.parts)
    if not whole.complete:
        conversation.incomplete += 1
    elif packet.tcp is not None:
        conversation.events.append(
            conversation.tracker.event(packet, packet.tcp, side, first.number)
        )
    elif packet.udp is not None:
        numbers = tuple(part.number for part in whole.parts)
        conversation.datagrams.append(Datagram(side, packet.payload, first.time_ns, numbers))
        conversation.events.append(
            Event(
                number=first.number,
                time_ns=first.time_ns,
                sender=side,
                label="datagram",
                sequence=0,
                acknowledgment=None,
                length=wire_length(packet, packet.udp.start + 8),
                payload=packet.payload,
                pure_ack=False,
                notes=frozenset(),
                window=0,
                packet=packet,
            )
        )
