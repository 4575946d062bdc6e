"""The order in which a ladder is drawn: what was sent, what arrived, what was said, by time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lab.story.timeline.fold import Fold
from lab.story.timeline.moment import Arrow, Moment
from lab.story.timeline.note import Note


@dataclass(frozen=True)
class Due:
    """Something that is to be placed when its time has come.

    Of an arrow there are two, one for each end. ``fold`` is the number of the fold that it is, or
    that it is hidden in; ``turn`` decides between things of one time (epoch nanoseconds).
    """

    time_ns: int
    turn: int
    what: Arrow | Note | Fold
    fold: int | None = None
    arrives: bool = False


def plan(told: Sequence[Moment | Fold], *, opens: bool) -> list[Due]:
    """Return what is to be placed, in order; with ``opens`` also what is inside of folds."""
    due: list[Due] = []
    arrived_ns = 0
    for number, moment in enumerate(told):
        if not isinstance(moment, Fold):
            _both_ends(due, moment, None)
            arrived_ns = max(arrived_ns, due[-1].time_ns)
            continue
        # A fold stands below the packets that were on their way when it began.
        ends_ns = moment.moments[-1].time_ns if moment.moments else told[number + 1].time_ns
        time_ns = min(max(moment.time_ns, arrived_ns), ends_ns)
        due.append(Due(time_ns, len(due), moment, number))
        if opens:
            for inside in moment.moments:
                _both_ends(due, inside, number)
    return sorted(due, key=lambda each: (each.time_ns, each.turn))


def _both_ends(due: list[Due], moment: Moment, number: int | None) -> None:
    due.append(Due(moment.time_ns, len(due), moment, number))
    if isinstance(moment, Arrow):
        arrived = moment.transit.arrived_ns
        time_ns = moment.time_ns if arrived is None else arrived
        due.append(Due(time_ns, len(due), moment, number, arrives=True))


def hidden_in(told: Sequence[Moment | Fold]) -> list[Moment]:
    """Return the moments that are folded away."""
    return [moment for each in told if isinstance(each, Fold) for moment in each.moments]
