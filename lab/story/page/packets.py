"""Packets as the page's script needs them: bytes, and every header's fields with their places."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from lab.story.page.sections import files
from lab.story.text import harmless
from lab.story.timeline.selection import Labelled
from lab.story.timeline.timeline import Timeline
from lab.story.timeline.transit import Transit
from lab.wire.packet import Packet
from lab.wire.packet.header.header import Header

MOST_TAKEN_APART = 1500
"""Packets whose headers and bytes are in the page; of the others it says what the table says."""

MOST_BYTES = 300_000
"""Bytes of packets in the page, all together; of larger runs each packet's first bytes are there"""

BYTES_EACH = 160
MOST_VALUE = 400
"""Characters of one field's value."""

Json = dict[str, Any]


def anatomy(timeline: Timeline) -> Json:
    """Return all packets of a run, as values that :mod:`json` can write.

    ``packets`` are lists: time in ms, sender, receiver, what is said of it, where it was captured,
    length on the wire, bytes (base64) and headers, the last two None for what is not in the page.
    A header is the number of its shape, its first byte, its values. ``shapes`` are a header's name
    and its fields: name, first bit, number of bits. What many headers share is so written once.
    """
    shapes = _Shapes()
    total = sum(len(transit.packet.data) for transit, _ in timeline.transits)
    most = BYTES_EACH if total > MOST_BYTES else 65_536
    holds = {id(each): file for file, seen in files(timeline.observation) for each in seen.packets}
    packets = [
        _packet(
            told,
            timeline.zero_ns,
            holds.get(id(told[0].packet), ""),
            shapes,
            most if number < MOST_TAKEN_APART else 0,
        )
        for number, told in enumerate(timeline.transits)
    ]
    return {"shapes": shapes.known, "packets": packets}


def rows(timeline: Timeline, most: int) -> list[tuple[str, str, str, str, int]]:
    """Return a table's row for each of the first packets: ms, sender, receiver, what, length."""
    return [_row(told, timeline.zero_ns) for told in timeline.transits[:most]]


class _Shapes:
    """The layouts of headers, each kept once."""

    def __init__(self) -> None:
        self.known: list[Any] = []
        self._numbers: dict[tuple[object, ...], int] = {}

    def number(self, name: str, fields: tuple[tuple[str, int, int], ...]) -> int:
        """Return the number of a layout, a new one where it was not known."""
        key = (name, fields)
        if key not in self._numbers:
            self._numbers[key] = len(self.known)
            self.known.append([name, [list(field) for field in fields]])
        return self._numbers[key]


def _row(told: Labelled, zero_ns: int) -> tuple[str, str, str, str, int]:
    transit, label = told
    time = f"{(transit.time_ns - zero_ns) / 1e6:.3f}"
    receiver = transit.receiver or "all"
    packet = transit.packet
    return time, harmless(transit.sender), harmless(receiver), label.fit(90), packet.wire_length


def _packet(told: Labelled, zero_ns: int, file: str, shapes: _Shapes, most: int) -> list[Any]:
    transit, _ = told
    packet = transit.packet
    *row, length = _row(told, zero_ns)
    if not most:
        return [*row, _where(transit, file), length, None, None]
    headers = [_header(header, shapes) for header in packet.headers]
    data = b64encode(packet.data[:most]).decode("ascii")
    return [*row, _where(transit, file), length, data, headers, _remarks(packet)]


def _where(transit: Transit, file: str) -> str:
    """Return in which capture the packet is, and where there."""
    return f"packet {transit.packet.number} in {harmless(file)}{counted(transit)}"


def counted(transit: Transit) -> str:
    """Return where in its conversation a TCP segment stands, counted from the conversation's start.

    The SYN has number 0, the first byte of data number 1.
    """
    event = transit.event
    if event is None or transit.packet.tcp is None:
        return ""
    ack = "" if event.acknowledgment is None else f", ack {event.acknowledgment}"
    return f"; relative seq {event.sequence}{ack}; window {event.window} B"


def _header(header: Header, shapes: _Shapes) -> list[Any]:
    start = header.start * 8
    fields = header.fields
    layout = tuple((harmless(each.name), each.bit_offset - start, each.bits) for each in fields)
    values = [harmless(each.text)[:MOST_VALUE] for each in fields]
    return [shapes.number(header.name, layout), header.start, values]


def _remarks(packet: Packet) -> list[str]:
    return [harmless(problem.what) for problem in packet.problems]
