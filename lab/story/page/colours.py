"""A legend of the colours in a ladder: of those that occur in this one, and no other."""

from __future__ import annotations

from collections.abc import Iterator

from lab.story.page.ladder.phases import NAMES, phases
from lab.story.timeline.timeline import Timeline

_STATES = {
    "LISTEN": ("LISTEN", "listening"),
    "BOUND": ("LISTEN", "listening"),
    "SYN_SENT": ("SYN_SENT", "opening"),
    "SYN_RECV": ("SYN_SENT", "opening"),
    "ESTABLISHED": ("ESTABLISHED", "established"),
    "TIME_WAIT": ("TIME_WAIT", "waiting for late packets"),
    "CLOSED": ("", ""),
    "CLOSE": ("", ""),
    "": ("", ""),
}
_CLOSING = ("FIN_WAIT1", "closing")
_KINDS = {
    "data": ("data", "data"),
    "datagram": ("data", "data"),
    "fragment": ("data", "data"),
    "dns": ("dns", "DNS or ICMP"),
    "icmp": ("dns", "DNS or ICMP"),
}


def colours(timeline: Timeline, *, waits: bool) -> list[tuple[str, str]]:
    """Return what colours a ladder has: a CSS class, and what it means."""
    return list(
        dict.fromkeys([*_bands(timeline, waits=waits), *_phases(timeline), *_arrows(timeline)])
    )


def _phases(timeline: Timeline) -> Iterator[tuple[str, str]]:
    columns = {host: number for number, host in enumerate(timeline.abreast)}
    found = {each.name for each in phases(timeline, columns, {}).values()}
    for name in NAMES:
        if name in found:
            yield f"phase p-{name}", name


def _bands(timeline: Timeline, *, waits: bool) -> Iterator[tuple[str, str]]:
    states = dict.fromkeys(note.state for each in timeline.moments for note in each.notes)
    meant = {_STATES.get(state, _CLOSING) for state in states}
    order = [*_STATES.values(), _CLOSING]
    for name, words in sorted(meant, key=order.index):
        if name:
            yield f"band s-{name}", words
    if waits:
        yield "band s-WAITS", "a program waits in a call"


def _arrows(timeline: Timeline) -> Iterator[tuple[str, str]]:
    labels = [arrow.label for arrow in timeline.arrows]
    for label in labels:
        if label.kind in _KINDS:
            name, words = _KINDS[label.kind]
            yield f"text k-{name}", words
    if any("yellow" in label.style for label in labels):
        yield "text odd", "sent again, or otherwise remarkable"
    if any("red" in label.style for label in labels):
        yield "text bad", "an error, a loss or a reset"
