"""The whole of a long run in one strip: how much crossed when, each way; what was remarkable."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from lab.story.timeline.fold import span
from lab.story.timeline.selection import Labelled
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
    told = timeline.transits
    if len(told) < LEAST:
        return []
    begun_ns = told[0][0].time_ns
    whole_ns = max(told[-1][0].time_ns - begun_ns, 1)
    bins: dict[int, list[int]] = {}
    for number, (transit, _) in enumerate(told):
        at = min((transit.time_ns - begun_ns) * BINS // whole_ns, BINS - 1)
        bins.setdefault(at, []).append(number)
    first = timeline.hosts[0] if timeline.hosts else ""
    sent = {at: sum(told[each][0].sender == first for each in own) for at, own in bins.items()}
    most = max(max(sent[at], len(own) - sent[at]) for at, own in bins.items())
    return [
        Bar(
            at,
            _height(sent[at], most),
            _height(len(own) - sent[at], most),
            own[0],
            any(told[each][1].weight >= ODD for each in own),
            _said(told, own, timeline.zero_ns),
        )
        for at, own in sorted(bins.items())
    ]


def _height(number: int, most: int) -> int:
    return math.ceil(HALF * math.sqrt(number / (most or 1)))


def _said(told: Sequence[Labelled], own: Sequence[int], zero_ns: int) -> str:
    time = (told[own[0]][0].time_ns - zero_ns) / 1e6
    return f"{time:.1f} ms: {len(own):,} {'packet' if len(own) == 1 else 'packets'}"


def lasted(timeline: Timeline) -> str:
    """Return how long the packets of a run took to cross, from the first to the last."""
    told = timeline.transits
    return span(told[-1][0].time_ns - told[0][0].time_ns) if told else ""
