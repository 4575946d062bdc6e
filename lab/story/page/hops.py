"""The same packet at each tap on its way over routers: which fields changed where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lab.observation.sighting import Sighting
from lab.story.page.packets import MOST_TAKEN_APART, MOST_VALUE, Words
from lab.story.text import harmless
from lab.story.timeline.timeline import Timeline

ALWAYS = {
    "Source Address",
    "Destination Address",
    "Time to Live",
    "Hop Limit",
    "Source Port",
    "Destination Port",
}
"""Fields that are compared even where they stay the same at every tap."""

Json = dict[str, Any]


def hops(timeline: Timeline, words: Words) -> Json:
    """Return the packets that routers passed on, by number, as :mod:`json` can write them.

    Each is the list of its taps, and rows: a header's name, a field's, and its value at each tap.
    Everything is a number of ``words``; a packet that lacks the field has -1.
    """
    return {
        str(transit.number): _compared(transit.sightings, words)
        for transit, _ in timeline.transits[:MOST_TAKEN_APART]
        if transit.joints
    }


def _compared(sightings: Sequence[Sighting], words: Words) -> list[Any]:
    found: dict[tuple[str, str], list[int]] = {}
    for tap, sighting in enumerate(sightings):
        for header in sighting.packet.headers:
            for field in header.fields:
                values = found.setdefault((header.name, field.name), [-1] * len(sightings))
                values[tap] = words.number(harmless(field.text)[:MOST_VALUE])
    rows = [
        [words.number(header), words.number(field), *values]
        for (header, field), values in found.items()
        if len(set(values)) > 1 or field in ALWAYS
    ]
    return [[words.number(_named(each)) for each in sightings], rows]


def _named(sighting: Sighting) -> str:
    way = "out to" if sighting.leaving else "in from"
    return f"{sighting.host}, {way} {sighting.network}"
