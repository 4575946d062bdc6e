"""Packets that meet on their way, and what room for their labels that leaves."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping

from lab.story.timeline.arrow_span import ends
from lab.story.timeline.moment import Arrow, Moment

Met = Mapping[int, tuple[Arrow, ...]]
"""The arrows that each arrow meets, by its ``id``."""

MOST_MET = 32
"""Packets of the other direction with which one that is sent is compared."""

BETWEEN = 2
"""Cells between two labels on the same height."""


def meetings(moments: Iterable[Moment], place: Mapping[str, int]) -> Met:
    """Return who meets whom: sent before the other arrived, over the same wire from its far end.

    Of many packets under way one is told of the MOST_MET that were sent last: only labels that
    begin at about the same time come near each other.
    """
    met: dict[int, list[Arrow]] = {}
    # By direction, so that a long burst one way is compared with what comes the other way only.
    flying: dict[bool, deque[tuple[Arrow, int, int]]] = {
        each: deque(maxlen=MOST_MET) for each in (True, False)
    }
    for arrow in sorted((each for each in moments if isinstance(each, Arrow)), key=_sent):
        start, stop = ends(arrow, place)
        low, high = min(start, stop), max(start, stop)
        opposite = start > stop
        for other, begins, end in flying[opposite]:
            is_on_its_way = _arrives(other) >= _sent(arrow)
            if is_on_its_way and min(high, end) > max(low, begins):
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
