"""What stands on an arrow: the packet's name, its data in quotes, and what is remarkable."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from lab.story.text import cells, cut, harmless
from lab.story.timeline.protocol import dns_words, failure, fragment
from lab.story.timeline.transit import Transit
from lab.wire import mysql, tls
from lab.wire.packet import Packet

_HTTP = re.compile(
    rb"(?:(?:GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH|CONNECT|TRACE) [^\r\n]{1,4096} HTTP/1\.[01]"
    rb"|HTTP/1\.[01] [1-5][0-9][0-9][^\r\n]{0,4096})\r?\n"
)
_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
LEAST_QUOTE = 4
_READABLE = 0.75
LONGEST_QUOTE = 400
_LONGEST_SUMMARY = 80
_SHORT = {"retransmission": "resent", "duplicate ACK": "dup ACK", "zero window probe": "probe"}
_NEIGHBOUR = range(133, 138)
_GROUPS = frozenset({130, 131, 132, 143})


@dataclass(frozen=True)
class Label:
    """What an arrow says: ``words``, then ``quote`` (which may be cut), then ``size``, ``notes``.

    ``kind`` is what packets must share to be folded together; ``weight`` is how much the story
    would miss it (0 the least); ``style`` how it looks where there is colour.
    """

    kind: str
    words: str = ""
    quote: str = ""
    size: str = ""
    notes: tuple[str, ...] = ()
    weight: int = 0
    style: str = ""
    length: int = 0

    def fit(self, width: int) -> str:
        """Return the text in at most ``width`` cells.

        What gives way first is the end of a quoted text, or the size beside a protocol's line.
        """
        short = tuple(_SHORT.get(note, note) for note in self.notes)
        sizes = (self.size,) if self.quote.startswith('"') else (self.size, "")
        for notes in dict.fromkeys((self.notes, short)):
            for size in dict.fromkeys(sizes):
                rest = " ".join(filter(None, (self.words, size, *notes)))
                room = width - cells(rest) - 1
                if self.quote and room < (LEAST_QUOTE if self.quote[0] == '"' else 1):
                    continue
                if size != sizes[-1] and cells(self.quote) > room:
                    continue
                quote = _quoted(self.quote, room)
                text = " ".join(filter(None, (self.words, quote, size, *notes)))
                if cells(text) <= width:
                    return text
        return cut(" ".join(filter(None, (self.words, self.size, *short))), width)

    @property
    def widest(self) -> int:
        """How many cells it takes uncut."""
        return cells(self.fit(LONGEST_QUOTE))


def label(transit: Transit) -> Label:
    """Return what the arrow of this packet says."""
    packet = transit.packet
    if packet.arp is not None:
        named = _arp(packet)
    elif fragment(packet)[0]:
        part, last = fragment(packet)
        named = Label("fragment", part, size=last, weight=1, style="cyan")
    elif packet.dns is not None:
        named = Label("dns", dns_words(packet), weight=1, style="blue")
    elif packet.tcp is not None:
        named = _tcp(transit)
    elif packet.udp is not None:
        named = replace(_data(packet.payload, "datagram"), style="cyan")
    elif packet.icmp is not None or packet.icmpv6 is not None:
        named = _icmp(packet)
    else:
        kind = "group" if packet.protocol == "igmp" else "other"
        named = Label(kind, harmless(packet.protocol.upper()), size=_bytes(len(packet.data)))
    notes = list(named.notes)
    if packet.problems:
        notes.append("malformed")
    elif not packet.checksums_ok:
        notes.append("bad checksum")
    if transit.lost:
        notes.append("lost")
    if len(notes) > len(named.notes):
        named = replace(named, notes=tuple(notes), style="bold red", weight=3)
    if not transit.receiver and packet.destination and packet.udp is None:
        named = replace(named, words=f"{named.words} to {packet.destination.ip}")
    return named


def data(payload: bytes) -> Label:
    """Return what tells a student which bytes these are: a quoted text or just how many."""
    return _data(payload, "data")


def _tcp(transit: Transit) -> Label:
    packet, event = transit.packet, transit.event
    if event is None or packet.tcp is None:
        if packet.payload:
            return replace(_data(packet.payload, "data"), style="cyan")
        return Label("control", str(packet.tcp.flags) if packet.tcp else "TCP")
    notes = tuple(sorted(event.notes))
    if event.length:
        control = " ".join(word for word in event.label.split() if word in {"SYN", "FIN", "RST"})
        named = _data(event.payload, "data", event.length)
        if control:
            named = replace(named, notes=(control,), weight=2)
        weight = 3 if notes else named.weight
        return replace(
            named,
            notes=named.notes + notes,
            weight=weight,
            style="yellow" if notes else "cyan",
        )
    if event.rst:
        refused = ("refused",) if transit.refuses else ()
        return Label("control", event.label, notes=(*notes, *refused), weight=3, style="bold red")
    if event.pure_ack:
        words = "" if "duplicate ACK" in notes else "ACK"
        return Label("ack", words, notes=notes, style="yellow" if notes else "")
    return Label(
        "control",
        event.label,
        notes=notes,
        weight=3 if notes else 2,
        style="yellow" if notes else "",
    )


def _data(payload: bytes, kind: str, length: int | None = None) -> Label:
    length = len(payload) if length is None else length
    request = _HTTP.match(payload)
    if request:
        line = request[0].decode("latin-1").rstrip("\r\n")
        return Label(kind, quote=harmless(line), size=_bytes(length), weight=2, length=length)
    if said := tls.words(payload) or mysql.words(payload):
        return Label(kind, quote=harmless(said), size=_bytes(length), weight=2, length=length)
    text = _text(payload)
    if text is None or not length:
        size = f"{length} B of data" if length else "empty, 0 B"
        return Label(kind, size=size, weight=1, length=length)
    return Label(kind, quote=f'"{text}"', size=_bytes(length), weight=1, length=length)


def _text(payload: bytes) -> str | None:
    """Return data that is mostly readable, the rest escaped; None where it is not text."""
    head = payload[:LONGEST_QUOTE]
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if len(payload) <= len(head) or error.start < len(head) - 3:
            return None
        text = head[: error.start].decode("utf-8")
    readable = sum(character.isprintable() or character in "\r\n\t" for character in text)
    if readable < len(text) * _READABLE:
        return None
    return harmless("".join(_ESCAPES.get(character, character) for character in text))


def _quoted(quote: str, room: int) -> str:
    """Cut a quotation inside its marks, so that it still is one."""
    if cells(quote) <= room:
        return cut(quote, room)
    if quote.startswith('"'):
        return cut(quote[:-1], room - 1) + '"'
    return cut(quote, room)


def _bytes(length: int) -> str:
    return f"{length} B"


def _arp(packet: Packet) -> Label:
    arp = packet.arp
    if arp is None:
        return Label("arp", "ARP")
    if arp.operation == 1:
        return Label("arp", f"ARP who has {arp.target_ip}?")
    return Label("arp", f"ARP {arp.sender_ip} is at {arp.sender_mac}")


def _icmp(packet: Packet) -> Label:
    icmp = packet.icmp or packet.icmpv6
    if icmp is None:
        return Label("icmp", "ICMP")
    version = "ICMP" if packet.icmp is not None else "ICMPv6"
    if packet.icmpv6 is not None and icmp.type in _GROUPS:
        return Label("group", f"{version} {icmp.message}")
    if packet.icmpv6 is not None and icmp.type in _NEIGHBOUR:
        return Label("neighbour", f"{version} {icmp.message}")
    if icmp.is_error:
        return Label("icmp", failure(icmp.message), weight=3, style="bold red")
    number = f" {icmp.sequence}" if icmp.message.startswith("echo") else ""
    return Label("icmp", f"{icmp.message}{number}", weight=1, style="blue")


def summary(packet: Packet) -> str:
    """Return one line on a packet by itself: its ends and what it says."""
    if packet.source is None or packet.destination is None:
        return label(Transit(packet, "", "")).fit(LONGEST_QUOTE)
    said = label(Transit(packet, str(packet.source), str(packet.destination)))
    return f"{packet.source} → {packet.destination} {said.fit(_LONGEST_SUMMARY)}"
