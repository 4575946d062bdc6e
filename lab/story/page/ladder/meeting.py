"""Packets that meet on their way, and what room for their labels that leaves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lab.story.timeline.arrow_span import ends
from lab.story.timeline.moment import Arrow, Moment

Met = Mapping[int, tuple[Arrow, ...]]
"""The arrows that each arrow meets, by its ``id``."""

BETWEEN = 2
"""Cells between two labels on the same height."""


def meetings(moments: Iterable[Moment], place: Mapping[str, int]) -> Met:
    """Return who meets whom: sent before the other arrived, over the same wire from its far end."""
    met: dict[int, list[Arrow]] = {}
    # By direction, so that a long burst one way is compared with what comes the other way only.
    flying: dict[bool, list[tuple[Arrow, int, int]]] = {True: [], False: []}
    for arrow in sorted((each for each in moments if isinstance(each, Arrow)), key=_sent):
        start, stop = ends(arrow, place)
        low, high = min(start, stop), max(start, stop)
        opposite = start > stop
        flying[opposite] = [each for each in flying[opposite] if _arrives(each[0]) >= _sent(arrow)]
        for other, begins, end in flying[opposite]:
            if min(high, end) > max(low, begins):
                met.setdefault(id(arrow), []).append(other)
                met.setdefault(id(other), []).append(arrow)
        flying[not opposite].append((arrow, low, high))
    return {key: tuple(others) for key, others in met.items()}


def room_beside(room: int, arrow: Arrow, met: Met) -> int:
    """Return how many cells of ``room`` a label may take, beside those of the arrows it meets."""
    widest = max((other.label.widest for other in met.get(id(arrow), ())), default=0)
    return room if not widest else max(room // 2 - BETWEEN, room - widest - BETWEEN)


def _sent(arrow: Arrow) -> int:
    return arrow.transit.sent_ns or arrow.transit.time_ns


def _arrives(arrow: Arrow) -> int:
    return arrow.transit.arrived_ns or _sent(arrow)
