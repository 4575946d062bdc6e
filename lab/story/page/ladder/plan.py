"""The order in which a ladder is drawn: what was sent, what arrived, what was printed, by time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lab.story.timeline.fold import Fold
from lab.story.timeline.moment import Arrow, Moment
from lab.story.timeline.note import Note


@dataclass(frozen=True, slots=True)
class Due:
    """Something that is to be placed when its time (epoch nanoseconds) has come.

    Of an arrow there are two, one for each end.
    """

    time_ns: int
    what: Arrow | Note | Fold
    arrives: bool = False


def plan(moments: Sequence[Moment | Fold]) -> list[Due]:
    """Return what is to be placed, in order of time; what comes first in the story goes first."""
    due: list[Due] = []
    arrived_ns = 0
    for number, moment in enumerate(moments):
        time_ns = moment.time_ns
        if isinstance(moment, Fold):
            # A fold stands below the packets that were on their way when it began.
            ends_ns = moment.moments[-1].time_ns if moment.moments else moments[number + 1].time_ns
            time_ns = min(max(time_ns, arrived_ns), ends_ns)
        due.append(Due(time_ns, moment))
        if isinstance(moment, Arrow):
            arrived = moment.transit.arrived_ns
            due.append(Due(time_ns if arrived is None else arrived, moment, arrives=True))
        if not isinstance(moment, Fold):
            arrived_ns = max(arrived_ns, due[-1].time_ns)
    return sorted(due, key=lambda each: each.time_ns)
