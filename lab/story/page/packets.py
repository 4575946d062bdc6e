"""Packets as the page's script needs them: bytes, and every header's fields with their places."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Hashable, Sequence
from functools import lru_cache
from typing import Any, Generic, TypeVar

from lab.story.page.sections import files
from lab.story.page.sent_by import Senders
from lab.story.text import cells, harmless
from lab.story.timeline.label import LEAST_QUOTE, Label
from lab.story.timeline.selection import Labelled
from lab.story.timeline.timeline import Timeline
from lab.story.timeline.transit import Transit
from lab.wire.describe import LONGEST_QUOTE
from lab.wire.packet.header.header import Header

MOST_TAKEN_APART = 1500
"""Packets whose headers and bytes are in the page; of the others it says what the table says."""

MOST_BYTES = 300_000
"""Bytes of packets in the page, all together; of larger runs each packet's first bytes are there"""

BYTES_EACH = 160
MOST_VALUE = 400
"""Characters of one field's value."""

MOST_WORDS = 90
"""Cells of what is said of one packet, in the table and to a screen reader."""

TIME, FROM, TO, WHAT, NUMBER, CAPTURE, POSITION, LENGTH, BYTES, HEADERS, PROBLEMS = range(11)
"""Where in a packet's list each value is; data.js has the same."""

Json = dict[str, Any]
T = TypeVar("T", bound=Hashable)


def anatomy(timeline: Timeline, words: Words) -> Json:
    """Return all packets of a run, as values that :mod:`json` can write.

    ``packets`` are lists: time in ms, sender, receiver and what is said of it (all three as numbers
    of ``words``), its number in a capture and the number of that capture in ``captures``, its
    position in its conversation and the call that sent it, its length on the wire, its bytes
    (base64), headers and problems. The last three are missing where they are not in the page. A
    header is the number of its shape, its first byte, its values. ``shapes`` are a header's name
    and its fields: name, first bit, number of bits. What many packets share is so written once.
    """
    shapes = Shapes()
    total = sum(len(transit.packet.data) for transit, _ in timeline.transits)
    most = BYTES_EACH if total > MOST_BYTES else 65_536
    captured = files(timeline.observation)
    senders = Senders(timeline.observation)
    holds = {id(each): n for n, seen in enumerate(captured.values()) for each in seen.packets}
    packets = [
        _packet(
            labelled,
            timeline,
            holds[id(labelled[0].packet)],
            shapes,
            words,
            most if number < MOST_TAKEN_APART else 0,
            senders.of(labelled[0]) if number < MOST_TAKEN_APART else "",
        )
        for number, labelled in enumerate(timeline.transits)
    ]
    return {"shapes": shapes.known, "captures": list(map(harmless, captured)), "packets": packets}


def row(packet: Sequence[Any], words: Words) -> tuple[str, str, str, str, int]:
    """Return a packet's row of the table: ms, sender, receiver, what is said of it, length."""
    sender, receiver, what = (words.known[packet[each]] for each in (FROM, TO, WHAT))
    return packet[TIME], sender, receiver, what, packet[LENGTH]


def fitted(label: Label, width: int) -> str:
    """Return what :meth:`Label.fit` does; labels that are equal or fit as they are cost little."""
    whole, needed = _whole(label)
    return whole if needed <= width else label.fit(width)


@lru_cache(maxsize=8192)
def _whole(label: Label) -> tuple[str, int]:
    """Return a label uncut, and in how many cells it surely is."""
    whole = label.fit(LONGEST_QUOTE)
    return whole, cells(whole) + LEAST_QUOTE


class Known(Generic[T]):
    """Values that a page needs again and again, each kept once; ``known`` has them by number."""

    def __init__(self) -> None:
        self.known: list[T] = []
        self._numbers: dict[T, int] = {}

    def number(self, value: T) -> int:
        """Return the number of a value, a new one where it was not known."""
        if value not in self._numbers:
            self._numbers[value] = len(self.known)
            self.known.append(value)
        return self._numbers[value]


Words = Known[str]
Shapes = Known[tuple[str, tuple[tuple[str, int, int], ...]]]
"""The layouts of headers: the header's name, and its fields with their places."""


def position(transit: Transit) -> str:
    """Return where in its conversation a TCP segment stands, counted from the conversation's start.

    The SYN has number 0, the first byte of data number 1.
    """
    event = transit.event
    if event is None or transit.packet.tcp is None:
        return ""
    ack = "" if event.acknowledgment is None else f", ack {event.acknowledgment}"
    return f"; relative seq {event.sequence}{ack}; window {event.window} B"


def _packet(
    labelled: Labelled,
    timeline: Timeline,
    file: int,
    shapes: Shapes,
    words: Words,
    most: int,
    sent_by: str,
) -> list[Any]:
    transit, label = labelled
    packet = transit.packet
    about = [
        timeline.ms(transit.time_ns, 3),
        words.number(harmless(transit.sender)),
        words.number(harmless(transit.receiver or "all")),
        words.number(fitted(label, MOST_WORDS)),
        packet.number,
        file,
        position(transit) + sent_by,
        packet.wire_length,
    ]
    if not most:
        return about
    headers = [taken_apart(header, shapes) for header in packet.headers]
    problems = [harmless(problem.what) for problem in packet.problems]
    return [*about, b64encode(packet.data[:most]).decode("ascii"), headers, problems]


def taken_apart(header: Header, shapes: Shapes) -> list[Any]:
    """Return a header: the number of its shape, its first byte, its values."""
    start = header.start * 8
    fields = header.fields
    layout = tuple((harmless(each.name), each.bit_offset - start, each.bits) for each in fields)
    values = [harmless(each.text)[:MOST_VALUE] for each in fields]
    return [shapes.number((header.name, layout)), header.start, values]
