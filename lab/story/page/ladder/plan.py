"""The order in which a ladder is drawn: what was sent, what arrived, what was printed, by time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lab.story.page.ladder.scene import Scene
from lab.story.timeline.arrow_span import ends
from lab.story.timeline.fold import Fold
from lab.story.timeline.moment import Arrow, Moment
from lab.story.timeline.note import Note

IN_A_MOMENT_NS = 1_000_000
"""So late at the most words stand in a ladder: a reader would take more for another order."""


@dataclass(frozen=True, slots=True)
class Due:
    """Something that is to be placed when its time (epoch nanoseconds) has come.

    Of an arrow there are two, one for each end. What was ``held`` happened a little earlier.
    """

    time_ns: int
    what: Arrow | Note | Fold
    arrives: bool = False
    held: bool = False


def plan(moments: Sequence[Moment | Fold], scene: Scene) -> list[Due]:
    """Return what is to be placed, in order of time; what comes first in the story goes first.

    Words that stand over a wire wait for the packets on it that arrive in a moment: no arrow goes
    through them.
    """
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
    planned = sorted(due, key=lambda each: each.time_ns)
    over = {
        host: scene.frame.lifelines[column].wire
        for host, column in scene.columns.items()
        if scene.frame.lifelines[column].wire is not None
    }
    return _held(planned, over, scene.columns) if over else planned


def _held(
    planned: Sequence[Due], over: Mapping[str, int | None], columns: Mapping[str, int]
) -> list[Due]:
    """Return what is planned, with each note behind the arrivals at its wire that are near."""
    flying: dict[int, tuple[range, int]] = {}
    told: list[Due] = []
    for each in planned:
        if isinstance(each.what, Arrow):
            if each.arrives:
                flying.pop(id(each.what), None)
            else:
                start, stop = ends(each.what, columns)
                arrives_ns = each.what.transit.arrived_ns or each.time_ns
                wires = range(min(start, stop), max(start, stop))
                flying[id(each.what)] = (wires, arrives_ns)
        elif isinstance(each.what, Note):
            wire = over.get(each.what.host)
            near = [
                arrives_ns
                for wires, arrives_ns in flying.values()
                if wire in wires and arrives_ns - each.time_ns <= IN_A_MOMENT_NS
            ]
            if near:
                told.append(Due(max(near), each.what, held=True))
                continue
        told.append(each)
    return sorted(told, key=lambda each: (each.time_ns, each.held))
