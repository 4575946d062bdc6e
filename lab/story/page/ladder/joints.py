"""Where an arrow passes the life lines of routers, and what of it stands there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate

from lab.story.page.ladder.drawing import JointShape
from lab.story.page.ladder.frame import Frame
from lab.story.page.ladder.geometry import chip_width
from lab.story.timeline.joint import Joint

BESIDE, BETWEEN = 8, 4
"""Pixels from a joint to its first chip, and from one chip to the next."""


def joint_shapes(
    joints: Sequence[Joint], frame: Frame, columns: Mapping[str, int], ends: tuple[int, int]
) -> tuple[JointShape, ...]:
    """Return the routers on an arrow's way between the pixels that are its ends.

    A chip stands there where there is room for it before the next life line; the first one always.
    """
    low, high = sorted(ends)
    passed = [
        (frame.lifelines[columns[joint.host]].x, joint)
        for joint in joints
        if joint.host in columns and low < frame.lifelines[columns[joint.host]].x < high
    ]
    stops = [*(x for x, _ in passed), ends[1]]
    return tuple(
        _shape(x, joint.chips, abs(stops[after] - x) - 2 * BESIDE)
        for after, (x, joint) in enumerate(passed, start=1)
    )


def _shape(x: int, chips: Sequence[str], room: int) -> JointShape:
    starts = list(accumulate((chip_width(chip) + BETWEEN for chip in chips), initial=BESIDE))
    fits = sum(end - BETWEEN - BESIDE <= room for end in starts[1:])
    shown = min(max(fits, 1), len(chips))
    return JointShape(x, tuple(chips[:shown]), tuple(starts[:shown]))
