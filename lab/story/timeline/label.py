"""What stands on an arrow: what its packet says, and what that means in the story."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from lab.story.text import cells, cut
from lab.story.timeline.joint import hops
from lab.story.timeline.transit import Transit
from lab.wire.conversation import Event
from lab.wire.conversation.event import ACK_AGAIN, DUPLICATE_ACK, URG
from lab.wire.conversation.icmp_error import icmp_error
from lab.wire.describe import LONGEST_QUOTE, Description, complaint, describe, describe_data

LEAST_QUOTE = 4
FEW_HOPS = 16
"""No system sends packets with so few hops unless a program asks for that, as traceroute does."""

_PADDING = re.compile(r"(?<=.) {8,}")
_LOOKS = {
    "data": (1, "cyan"),
    "datagram": (1, "cyan"),
    "fragment": (1, "cyan"),
    "dns": (1, "blue"),
    "icmp": (1, "blue"),
}


@dataclass(frozen=True)
class Label(Description):
    """What an arrow says: a packet's description, of which ``quote`` may be cut, then ``notes``.

    ``kind`` is what packets must share to be folded together; ``weight`` is how much the story
    would miss it (0 the least); ``style`` how it looks where there is colour. ``hops`` stands
    before everything else, where a program chose how many hops its packet has.
    """

    notes: tuple[str, ...] = ()
    weight: int = 0
    style: str = ""
    hops: str = ""

    def fit(self, width: int) -> str:
        """Return the text in at most ``width`` cells.

        What gives way first is the end of a quoted text, or the size beside a protocol's line. With
        notes it is the size, then the middle of the text: what was sent again is told by both ends.
        """
        can_go = bool(self.notes) or not self.quote.startswith('"')
        for size in dict.fromkeys((self.size, "") if can_go else (self.size,)):
            rest = " ".join(filter(None, (self.hops, self.words, size, *self.notes)))
            room = width - cells(rest) - 1
            if self.quote and room < (LEAST_QUOTE if self.quote[0] == '"' else 1):
                continue
            if size and can_go and cells(self.quote) > room:
                continue
            quote = _quoted(self.quote, room, middle=bool(self.notes))
            text = " ".join(filter(None, (self.hops, self.words, quote, size, *self.notes)))
            if cells(text) <= width:
                return text
        if not self.hops:
            said = " ".join(filter(None, (self.words, self.size, *self.notes)))
            if self.notes and cells(said) > width:
                said = " ".join(filter(None, (self.words, *self.notes)))
            return cut(said, width)
        whole = " ".join(filter(None, (self.hops, self.words, *self.notes)))
        few = " ".join((self.hops.replace("hop limit", "hops"), *self.notes))
        return whole if cells(whole) <= width else cut(few, width)

    @property
    def widest(self) -> int:
        """How many cells it takes uncut."""
        return cells(self.fit(LONGEST_QUOTE))


def label(transit: Transit) -> Label:
    """Return what the arrow of this packet says."""
    packet = transit.packet
    said = describe(packet, transit.reading)
    if transit.event is not None and said.kind in ("data", "control"):
        named = _segment(transit, transit.event)
    else:
        named = _labelled(said)
        if said.kind == "icmp" and packet.icmp_any is not None and packet.icmp_any.is_error:
            error = icmp_error(packet)
            words = error.kind if error is not None else named.words
            named = replace(named, words=words, weight=3, style="bold red")
    wrong = (complaint(packet), transit.fate if transit.lost else "")
    if any(wrong):
        notes = (*named.notes, *filter(None, wrong))
        named = replace(named, notes=notes, style="bold red", weight=3)
    if not transit.receiver and packet.destination and packet.udp is None:
        named = replace(named, words=f"{named.words} to {packet.destination.ip}")
    if transit.receiver and packet.ip is not None and packet.ip.hops_left <= FEW_HOPS:
        named = replace(named, hops=hops(packet, packet.ip.hops_left))
    return named


def _labelled(said: Description) -> Label:
    weight, style = _LOOKS.get(said.kind, (0, ""))
    said = _unpadded(said)
    return Label(**vars(said), weight=2 if said.is_protocol_line else weight, style=style)


def _segment(transit: Transit, event: Event) -> Label:
    """Return what a TCP segment says in its connection."""
    notes = tuple(sorted(event.notes))
    marked = "yellow" if notes else ""
    if event.length:
        line = transit.reading.line if transit.reading else ""
        named = _labelled(describe_data(event.payload, length=event.length, line=line))
        control = tuple(word for word in event.label.split() if word not in {"PSH", "ACK"})
        return replace(
            named,
            notes=(*filter(None, [" ".join(control), _urgent(event)]), *notes),
            weight=3 if notes else 2 if control else named.weight,
            style=marked or named.style,
        )
    if event.rst:
        refused = ("refused",) if transit.refuses else ()
        return Label("control", event.label, notes=(*notes, *refused), weight=3, style="bold red")
    if event.pure_ack:
        words = "" if event.notes & {DUPLICATE_ACK, ACK_AGAIN} else "ACK"
        return Label("ack", words, notes=notes, style=marked)
    return Label("control", event.label, notes=notes, weight=3 if notes else 2, style=marked)


def _urgent(event: Event) -> str:
    """Return which byte of a segment is urgent: the one before the urgent pointer (RFC 6093, 3)."""
    tcp = event.packet.tcp
    if URG not in event.label or tcp is None or not tcp.urgent_pointer:
        return ""
    urgent = describe_data(event.payload[tcp.urgent_pointer - 1 :][:1])
    return f"urgent {urgent.quote or f'byte {tcp.urgent_pointer}'}"


def _quoted(quote: str, room: int, *, middle: bool) -> str:
    """Cut a quotation inside its marks, so that it still is one; at its end, or in its middle."""
    if cells(quote) <= room:
        return quote
    if not quote.startswith('"'):
        return cut(quote, room)
    end = quote[-(room // 2) : -1] if middle and quote.isascii() else ""
    return cut(quote[:-1], room - 1 - len(end)) + end + '"'


def _unpadded(said: Description) -> Description:
    """Return a description in which many blanks, which fill a field up, are counted."""
    quote = _PADDING.sub(lambda found: f" [{len(found[0])} blanks]", said.quote)
    return replace(said, quote=quote) if quote != said.quote else said
