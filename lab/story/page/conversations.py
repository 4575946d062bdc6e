"""The conversations of a run as a waterfall: who, which service, when, how much, how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lab.story.text import harmless
from lab.story.timeline.fold import size, span
from lab.story.timeline.moment import Arrow
from lab.story.timeline.talks import by_talk, rows, told
from lab.story.timeline.timeline import Timeline

FEWEST = 2
"""Conversations that need a waterfall; of a single one the ladder shows all."""

THINNEST = 0.6
"""Hundredths of the whole width that the shortest bar takes, so that it can be seen."""


@dataclass(frozen=True)
class Row:
    """A conversation; ``left`` and ``across`` place its bar, in hundredths of the whole width."""

    name: str
    who: str
    service: str
    start: str
    took: str
    left: float
    across: float
    size: str
    ended: str


def conversations(timeline: Timeline) -> tuple[list[Row], list[list[Any]], list[int]]:
    """Return the rows of the waterfall, what a filter asks of them, and whose each packet is.

    A filter asks for the protocol and for both ends' ports and addresses. Each packet has the
    number of its row, -1 where it is not drawn or in no conversation. A run of fewer than
    ``FEWEST`` conversations has none of all that.
    """
    found = by_talk(timeline.arrows)
    if len(found) < FEWEST:
        return [], [], []
    numbers = rows(timeline.arrows)
    begun = min(arrows[0].time_ns for arrows in found.values())
    whole = max(max(arrows[-1].time_ns for arrows in found.values()) - begun, 1)
    told_of = [
        _row(arrows, number, begun, whole, timeline)
        for number, arrows in enumerate(found.values(), start=1)
    ]
    asked = [
        [
            talk.protocol,
            *sorted(each.port or 0 for each in talk.ends),
            *sorted(each.ip for each in talk.ends),
        ]
        for talk in found
    ]
    of = [numbers.get(transit.talk, -1) if transit.talk else -1 for transit, _ in timeline.transits]
    return told_of, asked, of


def _row(arrows: Sequence[Arrow], number: int, begun: int, whole: int, timeline: Timeline) -> Row:
    first, last, of = arrows[0], arrows[-1], told(arrows)
    protocol = first.transit.packet.protocol.upper()
    port = of.called_at.port if of.called_at else None
    took = last.time_ns - first.time_ns
    left = 100 * (first.time_ns - begun) / whole
    return Row(
        of.number or f"({number})",
        harmless(of.caller),
        harmless(f"{of.called} {protocol} {port or ''}".strip()),
        timeline.ms(first.time_ns, 1),
        span(took),
        round(min(left, 100 - THINNEST), 2),
        round(max(min(100 * took / whole, 100 - left), THINNEST), 2),
        size(of.size),
        _ended(arrows),
    )


def _ended(arrows: Sequence[Arrow]) -> str:
    """Return how a connection ended, as far as its packets show it; "" for datagrams."""
    events = [arrow.transit.event for arrow in arrows if arrow.transit.event is not None]
    if any(arrow.transit.refuses for arrow in arrows):
        return "refused"
    if any(event.rst for event in events):
        return "reset"
    closed = {event.sender for event in events if event.fin}
    if len(closed) == 2:
        return "closed"
    if closed:
        return "closed one way"
    return "open" if events else ""
