"""What packets say as parts of their conversation: messages of the protocol that it speaks.

A protocol is named where a conversation begins as the protocol does (with a greeting, a handshake,
a start line) or where the port says so, never for the shape of a few bytes. Messages are read from
the stream, wherever segments cut it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple

from lab.wire import mysql, tls
from lab.wire.conversation import Conversation, Event, Side
from lab.wire.conversation.stream import Chunk
from lab.wire.packet import Dns, Packet
from lab.wire.packet.dns.message import PORT as DNS_PORT
from lab.wire.packet.dns.message import over_tcp, over_udp
from lab.wire.tls.decrypt import Opened, opened
from lab.wire.tls.handshake import CLIENT_HELLO, SERVER_HELLO
from lab.wire.tls.opening import opens
from lab.wire.tls.record import HEADER

HTTP, TLS, MYSQL = "http", "tls", "mysql"
PORTS = {80: HTTP, 8080: HTTP, 443: TLS, 465: TLS, 853: TLS, 993: TLS, 995: TLS, mysql.PORT: MYSQL}
"""Ports that say what is spoken there (IANA's registry of service names)."""

_REQUEST = re.compile(
    rb"(?:GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH|CONNECT|TRACE) [^\r\n]{1,4096} HTTP/1\.[01]\r?\n"
)
_STATUS = re.compile(rb"HTTP/1\.[01] [1-5][0-9][0-9][^\r\n]{0,4096}\r?\n")


class Reading(NamedTuple):
    """What one packet says: the line of a protocol, or the DNS messages that it completes.

    ``opened`` are the TLS records that begin in it, as the secrets of an end decrypt them.
    """

    line: str = ""
    dns: tuple[Dns, ...] = ()
    opened: tuple[Opened, ...] = ()


def readings(conversation: Conversation, key_log: str = "") -> dict[int, Reading]:
    """Return what the packets of a conversation say, by their number in the capture.

    ``key_log`` has secrets of TLS connections (:mod:`lab.wire.tls.key_log`).

    Packets that say nothing of a protocol which is read here are missing. So are all of UDP's,
    whose datagrams are whole messages.
    """
    if conversation.protocol != "tcp":
        return {}
    flows = {side: _Flow(conversation, side) for side in conversation.streams}
    if DNS_PORT in (conversation.client.port, conversation.server.port):
        return {
            event.number: Reading(dns=found)
            for event in conversation.events
            if (found := flows[event.sender].completed(event))
        }
    lines = _Lines(conversation, flows, key_log)
    return {
        event.number: said
        for event in conversation.events
        if event.payload and not event.rst and (said := lines.of(event)) != Reading()
    }


def dns_messages(conversation: Conversation) -> list[tuple[Packet, Dns]]:
    """Return the DNS messages of a conversation, in order, each with the packet that completes it.

    Of what was sent again over TCP, the first copy counts.
    """
    if DNS_PORT not in (conversation.client.port, conversation.server.port):
        return []
    if conversation.protocol == "udp":
        whole = [
            (datagram.packets[-1], over_udp(datagram.data, 0, len(datagram.data)))
            for datagram in conversation.datagrams
        ]
        found = [(number, message) for number, message in whole if isinstance(message, Dns)]
    else:
        flows = [_Flow(conversation, side) for side in conversation.streams]
        found = [each for flow in flows for each in flow.messages()]
    packets = {packet.number: packet for packet in conversation.packets}
    return [(packets[number], message) for number, message in sorted(found, key=itemgetter(0))]


def by_port(packet: Packet) -> Reading:
    """Return what a TCP segment by itself says, where one of its ports says how to read it."""
    if packet.dns is not None and not packet.dns.problems:
        return Reading(dns=(packet.dns,))
    tcp = packet.tcp
    if tcp is None:
        return Reading()
    sender: Side = "server" if tcp.source_port in PORTS else "client"
    port = tcp.source_port if sender == "server" else tcp.destination_port
    return Reading(_line(PORTS.get(port, ""), packet.payload, sender))


class _Flow:
    """What one side said, up to the first byte that was not captured."""

    def __init__(self, conversation: Conversation, side: Side) -> None:
        self._chunks = list(_without_gap(conversation.streams[side]))
        self._base = self._chunks[0].start if self._chunks else 0
        self.data = b"".join(chunk.data for chunk in self._chunks)

    def messages(self) -> Iterator[tuple[int, Dns]]:
        """Yield the DNS messages in it, each with the number of the packet that brought its end."""
        for end, message in self._messages:
            last = next(each for each in self._chunks if end <= each.stop - self._base)
            yield last.number, message

    def at(self, event: Event) -> int:
        """Return where in ``data`` the bytes of a segment begin."""
        return event.data_sequence - self._base

    @cached_property
    def _messages(self) -> list[tuple[int, Dns]]:
        """The DNS messages in it, each with where it ends (RFC 1035, 4.2.2)."""
        found, at = [], 0
        while (message := over_tcp(self.data, at, len(self.data))) and not message.problems:
            at += 2 + int.from_bytes(self.data[at : at + 2], "big")
            found.append((at, message))
        return found

    def completed(self, event: Event) -> tuple[Dns, ...]:
        """Return the DNS messages whose last byte is in a segment."""
        start = self.at(event)
        stop = start + len(event.payload)
        return tuple(each for end, each in self._messages if start < end <= stop)


class _Lines:
    """Reads the segments of a conversation in the protocols that it speaks."""

    def __init__(self, conversation: Conversation, flows: dict[Side, _Flow], key_log: str) -> None:
        self._flows = flows
        begun = {
            MYSQL: mysql.version(conversation.greeting) is not None,
            HTTP: _REQUEST.match(flows["client"].data) or _STATUS.match(flows["server"].data),
        }
        port = PORTS.get(conversation.server.port or 0)
        # TLS is read from its Hello on, where that was captured.
        if port is not None and (port != TLS or not conversation.opening_seen):
            begun[port] = True
        self._spoken = [name for name, is_so in begun.items() if is_so]
        self._records = {side: set[int]() for side in flows}
        hello = self._opening(conversation.events, "client", CLIENT_HELLO, 0)
        if hello is not None:
            self._opening(conversation.events, "server", SERVER_HELLO, hello)
        self._opened = self._decrypted(key_log) if key_log else {}

    def of(self, event: Event) -> Reading:
        """Return the line that a segment with data begins with, and its records decrypted."""
        at = self._flows[event.sender].at(event)
        there = self._opened.get(event.sender, {})
        within = range(at, at + len(event.payload)) if there else ()
        found = tuple(there[each] for each in within if each in there)
        if at in self._records[event.sender]:
            return Reading(tls.words(event.payload), opened=found)
        lines = (_line(name, event.payload, event.sender) for name in self._spoken)
        return Reading(next(filter(None, lines), ""), opened=found)

    def _decrypted(self, key_log: str) -> dict[Side, dict[int, Opened]]:
        """Return the decrypted records of each side, by where they begin."""
        if not all(self._records.values()):
            return {}
        begins = {side: min(found) for side, found in self._records.items()}
        streams = {side: self._flows[side].data[at:] for side, at in begins.items()}
        found = opened(streams["client"], streams["server"], key_log)
        return {
            side: {begins[side] + at: each for at, each in found.get(side, {}).items()}
            for side in begins
        }

    def _opening(self, events: Sequence[Event], side: Side, kind: int, after: int) -> int | None:
        """Note where a side's TLS records begin, and return the number of the packet of its Hello.

        What comes before (STARTTLS, CONNECT) is another protocol's. A server may answer a Hello
        with an alert.
        """
        flow = self._flows[side]
        for event in events:
            at = flow.at(event)
            if event.sender != side or event.number < after or not event.payload or at < 0:
                continue
            is_alert = kind == SERVER_HELLO and tls.alerts(flow.data[at : at + HEADER + 2])
            if opens(flow.data[at : at + 16], kind) or is_alert:
                for record in tls.records(flow.data[at:]):
                    self._records[side].add(at)
                    at += HEADER + len(record.fragment)
                return event.number
        return None


def _line(protocol: str, payload: bytes, sender: Side) -> str:
    """Return the line of a protocol that a segment begins with; "" where it begins with none."""
    if protocol == HTTP:
        line = (_REQUEST if sender == "client" else _STATUS).match(payload)
        return line[0].decode("latin-1").rstrip("\r\n") if line else ""
    if protocol == MYSQL:
        return mysql.words(payload, sender) or ""
    return tls.words(payload) if protocol == TLS else ""


def _without_gap(stream: Sequence[Chunk]) -> Iterator[Chunk]:
    for index, chunk in enumerate(stream):
        if index and chunk.start != stream[index - 1].stop:
            return
        yield chunk
