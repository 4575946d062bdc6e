"""Packets as rows of plain values: for pandas, for a loop, and as a table in a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, overload

from markupsafe import escape

from lab.observation.observation import Observation
from lab.story.timeline.timeline import Timeline
from lab.wire.address import Address
from lab.wire.conversation import Event, conversations
from lab.wire.describe import describe
from lab.wire.packet import Packet

Row = dict[str, Any]

MOST_ROWS = 200
"""Rows that a notebook shows; a table has them all."""


class Packets(Sequence[Packet]):
    """The packets of one capture of a run, in order; a sequence that cannot change."""

    def __init__(self, packets: Sequence[Packet], timeline: Timeline) -> None:
        self._packets = tuple(packets)
        self._timeline = timeline

    @overload
    def __getitem__(self, index: int) -> Packet: ...

    @overload
    def __getitem__(self, index: slice) -> Packets: ...

    def __getitem__(self, index: int | slice) -> Packet | Packets:
        if isinstance(index, slice):
            return Packets(self._packets[index], self._timeline)
        return self._packets[index]

    def __len__(self) -> int:
        return len(self._packets)

    def __repr__(self) -> str:
        return f"{len(self)} packet{'' if len(self) == 1 else 's'}"

    def table(self) -> list[Row]:
        """Return a row of plain values for each packet; all rows have the same keys.

        ``ms`` counts from the zero of the story. ``from`` and ``to`` are hosts, or addresses that
        no host has; like ``source`` and ``destination`` they are empty without an IP header.
        ``seq`` and ``ack`` are relative to the conversation's start, ``window`` is in scaled bytes;
        all three are None where the packet is not TCP's. ``length`` is the frame's on the wire,
        ``data`` that of its payload, in bytes.
        """
        events = {
            event.number: event
            for conversation in conversations(self._packets)
            for event in conversation.events
        }
        return [self._row(packet, events.get(packet.number)) for packet in self._packets]

    def _row(self, packet: Packet, event: Event | None) -> Row:
        timeline, tcp = self._timeline, packet.tcp
        told = event if tcp is not None else None
        said = describe(packet)
        return {
            "number": packet.number,
            "ms": round((packet.time_ns - timeline.zero_ns) / 1e6, 3),
            "from": _host(packet.source, timeline.observation),
            "to": _host(packet.destination, timeline.observation),
            "source": _text(packet.source),
            "destination": _text(packet.destination),
            "protocol": packet.protocol,
            "flags": "" if tcp is None else str(tcp.flags),
            "seq": told.sequence if told else None,
            "ack": told.acknowledgment if told else None,
            "window": told.window if told else None,
            "length": packet.wire_length,
            "data": len(packet.payload),
            "says": " ".join(filter(None, (said.words, said.quote, said.size))),
        }

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the table."""
        table = self[:MOST_ROWS].table()
        head = "".join(f"<th>{escape(name)}</th>" for name in (table[0] if table else ()))
        body = "".join(
            "<tr>" + "".join(f"<td>{_cell(value)}</td>" for value in row.values()) + "</tr>"
            for row in table
        )
        left = len(self) - len(table)
        more = f"<p>… {left} more: table() has them</p>" if left else ""
        return f"<p>{self!r}</p><table><tr>{head}</tr>{body}</table>{more}"


def _cell(value: object) -> str:
    return "" if value is None else str(escape(str(value)))


def _host(address: Address | None, observation: Observation) -> str:
    return "" if address is None else observation.host_of(address) or address.ip


def _text(address: Address | None) -> str:
    return "" if address is None else str(address)
