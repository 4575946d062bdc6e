"""One packet over IPv4 and its like over IPv6: the two IP headers, drawn to stand side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lab.story.text import harmless
from lab.story.timeline.timeline import Timeline
from lab.wire.address import Family
from lab.wire.packet import Packet
from lab.wire.packet.internet.ipv4 import Ipv4
from lab.wire.packet.internet.ipv6 import Ipv6

ROW = 32
"""Bits in a row of a header, as RFC 791 and RFC 8200 draw them."""

KEPT = ("Version", "Source Address", "Destination Address")
RENAMED = {
    "Type of Service": "Traffic Class",
    "Total Length": "Payload Length",
    "Time to Live": "Hop Limit",
    "Protocol": "Next Header",
}
"""What became of IPv4's fields (RFC 791) in IPv6 (RFC 8200); of the others nothing did."""

_BACK = {new: old for old, new in RENAMED.items()}

Json = dict[str, Any]


def side_by_side(one: Timeline, other: Timeline) -> list[Json]:
    """Return the IP headers of one packet of each timeline, IPv4's first; nothing if there is none.

    It is the first packet with data that programs sent over each version, else the first at all.
    A header is its fields, each with what became of it and the pieces that it is drawn in.
    """
    found = [packet for timeline in (one, other) if (packet := _compared_packet(timeline))]
    headers = [packet.ip for packet in found]
    old = next((header for header in headers if isinstance(header, Ipv4)), None)
    new = next((header for header in headers if isinstance(header, Ipv6)), None)
    if old is None or new is None:
        return []
    return [_drawn(old, Family.IPV4), _drawn(new, Family.IPV6)]


def _compared_packet(timeline: Timeline) -> Packet | None:
    packets = [each.transit.packet for each in timeline.arrows if each.transit.packet.ip]
    return next((packet for packet in packets if packet.payload), next(iter(packets), None))


def _drawn(header: Ipv4 | Ipv6, family: Family) -> Json:
    start = header.start * 8
    fields = []
    for each in header.fields:
        fate, said = _fate(each.name, family)
        pieces = list(_pieces(each.bit_offset - start, each.bits))
        main = max(pieces, key=lambda piece: piece["bits"] * piece["rows"])
        fields.append(
            {
                "name": each.name,
                "value": harmless(each.text),
                "fate": fate,
                "key": _BACK.get(each.name, each.name),
                "said": said,
                "narrow": main["bits"] < 4,
                "pieces": [{**piece, "main": piece is main} for piece in pieces],
            }
        )
    return {"label": family.label, "length": header.length, "fields": fields}


def _fate(name: str, family: Family) -> tuple[str, str]:
    """Return what became of a field from IPv4 to IPv6, in a word and as it is read out."""
    was, others = ("now", RENAMED) if family is Family.IPV4 else ("was", _BACK)
    if name in others:
        return "renamed", f"{was} {others[name]}"
    fate = "kept" if name in KEPT else "gone" if family is Family.IPV4 else "new"
    return fate, fate


def _pieces(bit: int, bits: int) -> Iterator[Json]:
    """Yield where a field stands: a piece for each row, whole rows in one."""
    while bits > 0:
        column = bit % ROW
        rows = bits // ROW if column == 0 else 0
        taken = rows * ROW or min(ROW - column, bits)
        yield {
            "row": bit // ROW + 1,
            "column": column + 1,
            "bits": ROW if rows else taken,
            "rows": rows or 1,
        }
        bit, bits = bit + taken, bits - taken
