"""A packet's arrow as a shape, with what stands on it and beside it."""

from __future__ import annotations

from lab.story.page.ladder.drawing import ArrowShape
from lab.story.page.ladder.frame import CELL, lost_at
from lab.story.page.ladder.joints import joint_shapes
from lab.story.page.ladder.looks import direction, look
from lab.story.page.ladder.meeting import room_beside
from lab.story.page.ladder.scene import Scene
from lab.story.page.packets import MOST_WORDS, fitted
from lab.story.timeline.arrow_span import lost_beside
from lab.story.timeline.moment import Arrow

_BEFORE_LABEL = 46


def arrow_shape(
    arrow: Arrow,
    ticks: tuple[int, int],
    between: tuple[int, int],
    scene: Scene,
    *,
    bends: bool,
) -> ArrowShape:
    """Return the arrow ``between`` two columns, from the one of the ``ticks`` to the other."""
    transit, columns, lifelines = arrow.transit, scene.columns, scene.frame.lifelines
    stop = between[1]
    x1, x2 = (lifelines[each].x for each in between)
    if transit.lost:
        x2 = lost_at(scene.frame, between, lost_beside(arrow, columns))
    joints = joint_shapes(transit.joints, scene.frame, columns, (x1, x2))
    free = next((abs(each.x - x1) for each in joints if each.chips), abs(x2 - x1))
    room = int((free - _BEFORE_LABEL) / CELL)
    same = arrow.label is scene.timeline.transits[transit.number][1]
    reached = (columns[host] for host in transit.reached if host in columns)
    unwanted = (columns[host] for host in transit.unwanted if host in columns)
    return ArrowShape(
        *ticks,
        x1,
        x2,
        fitted(arrow.label, max(room_beside(room, arrow, scene.met), 3)),
        look(arrow),
        transit.number,
        direction(arrow),
        None if same else fitted(arrow.label, MOST_WORDS),
        transit.lost,
        tuple(lifelines[each].x for each in reached if each != stop),
        joints,
        tuple(lifelines[each].x for each in unwanted),
        bends and not transit.lost and not transit.reached,
    )
