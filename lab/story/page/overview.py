"""The whole of a long run in one strip: how much crossed when, each way; what was remarkable."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lab.story.timeline.fold import count, span
from lab.story.timeline.timeline import ODD, Timeline

BINS = 120
"""Stretches of equal time that a run is cut into."""

LEAST = 40
"""Packets of a run that needs no overview: a ladder as long is taken in without."""

HALF = 26
"""Pixels that the tallest bar rises above, or hangs below, the middle."""


@dataclass(frozen=True)
class Bar:
    """One stretch: its number, its heights, its first packet, and what is said of it."""

    number: int
    up: int
    down: int
    packet: int
    odd: bool
    said: str


def overview(timeline: Timeline) -> list[Bar]:
    """Return the stretches of a run in which packets crossed; none for a short run.

    What the host that spoke first sent rises, all else hangs; heights grow as square roots, so
    that one packet is seen beside thousands.
    """
    packets = timeline.transits
    if len(packets) < LEAST:
        return []
    begun_ns = packets[0][0].time_ns
    whole_ns = max(packets[-1][0].time_ns - begun_ns, 1)
    bins: dict[int, list[int]] = {}
    for number, (transit, _) in enumerate(packets):
        at = min((transit.time_ns - begun_ns) * BINS // whole_ns, BINS - 1)
        bins.setdefault(at, []).append(number)
    first = timeline.hosts[0] if timeline.hosts else ""
    sent = {at: sum(packets[each][0].sender == first for each in own) for at, own in bins.items()}
    most = max(max(sent[at], len(own) - sent[at]) for at, own in bins.items())
    return [
        Bar(
            at,
            _height(sent[at], most),
            _height(len(own) - sent[at], most),
            own[0],
            any(packets[each][1].weight >= ODD for each in own),
            timeline.ms(packets[own[0]][0].time_ns, 1) + f" ms: {count(len(own), 'packet')}",
        )
        for at, own in sorted(bins.items())
    ]


def _height(number: int, most: int) -> int:
    return math.ceil(HALF * math.sqrt(number / (most or 1)))


def lasted(timeline: Timeline) -> str:
    """Return how long the packets of a run took to cross, from the first to the last."""
    packets = timeline.transits
    return span(packets[-1][0].time_ns - packets[0][0].time_ns) if packets else ""
