"""Packets that meet on their way, and what room for their labels that leaves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lab.story.moment import Arrow, Moment
from lab.story.way import ends

Met = Mapping[int, tuple[Arrow, ...]]
"""The arrows that each arrow meets, by its ``id``."""

BETWEEN = 2
"""Cells between two labels on the same height."""


def meetings(moments: Iterable[Moment], place: Mapping[str, int]) -> Met:
    """Return who meets whom: sent before the other arrived, over the same wire from its far end."""
    arrows = sorted((each for each in moments if isinstance(each, Arrow)), key=_sent)
    met: dict[int, list[Arrow]] = {}
    for index, arrow in enumerate(arrows):
        arrives = arrow.crossing.arrived_ns or _sent(arrow)
        for other in arrows[index + 1 :]:
            if _sent(other) > arrives:
                break
            if _towards_each_other(ends(arrow, place), ends(other, place)):
                met.setdefault(id(arrow), []).append(other)
                met.setdefault(id(other), []).append(arrow)
    return {key: tuple(others) for key, others in met.items()}


def room_beside(room: int, arrow: Arrow, met: Met) -> int:
    """Return how many cells of ``room`` a label may take, beside those of the arrows it meets."""
    widest = max((other.label.widest for other in met.get(id(arrow), ())), default=0)
    return room if not widest else max(room // 2 - BETWEEN, room - widest - BETWEEN)


def _towards_each_other(one: tuple[int, int], other: tuple[int, int]) -> bool:
    shared = min(max(one), max(other)) - max(min(one), min(other))
    return shared > 0 and (one[0] < one[1]) != (other[0] < other[1])


def _sent(arrow: Arrow) -> int:
    return arrow.crossing.sent_ns or arrow.crossing.time_ns
