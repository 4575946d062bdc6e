"""Where an arrow goes between life lines: from which to which, and how far if it was lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lab.story.timeline.moment import Arrow

LOST_AT = 0.6
"""The part of its way on which a lost packet is drawn."""


@dataclass(frozen=True)
class ArrowSpan:
    """Where an arrow goes: from a column to others on one side of it, the nearest first."""

    start: int
    stops: tuple[int, ...]

    @property
    def is_rightwards(self) -> bool:
        """Whether it goes to the right."""
        return self.stops[-1] > self.start

    @property
    def low(self) -> int:
        """Its column farthest to the left."""
        return min(self.start, self.stops[-1])

    @property
    def high(self) -> int:
        """Its column farthest to the right."""
        return max(self.start, self.stops[-1])


def ends(arrow: Arrow, place: Mapping[str, int]) -> tuple[int, int]:
    """Return the columns that an arrow goes from and to: of several receivers, the farthest."""
    last = max(place.values())
    start = place.get(arrow.transit.sender, last)
    stop = place.get(arrow.transit.receiver)
    reached = _reached(arrow, place)
    if reached:
        stop = max(reached, key=lambda column: abs(column - start))
    if stop is None or stop == start:
        stop = last if start < last else 0
    return start, stop


def spans(arrow: Arrow, place: Mapping[str, int]) -> list[ArrowSpan]:
    """Return the spans of an arrow: one, or one to each side where its receivers are on both."""
    start, stop = ends(arrow, place)
    reached = _reached(arrow, place) or [stop]
    sides = ([column for column in reached if column > start], [c for c in reached if c < start])
    return [
        ArrowSpan(start, tuple(sorted(side, key=lambda c: abs(c - start))))
        for side in sides
        if side
    ]


def lost_beside(arrow: Arrow, place: Mapping[str, int]) -> tuple[int, bool] | None:
    """Return the column of the host that saw a lost packet last, and whether it went on from it.

    None where that is not known, or is not between the arrow's ends.
    """
    last = arrow.transit.last
    start, stop = ends(arrow, place)
    column = None if last is None else place.get(last.host)
    if last is None or column is None:
        return None
    is_between = min(start, stop) < column < max(start, stop)
    return (column, last.leaving) if is_between or (column == start and last.leaving) else None


def _reached(arrow: Arrow, place: Mapping[str, int]) -> list[int]:
    return [place[host] for host in arrow.transit.reached if host in place]
