"""Where each shape of a ladder stands in the picture, in pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from lab.story.page.ladder.drawing import (
    ArrowShape,
    FoldShape,
    NoteShape,
    PhaseShape,
    Shape,
    StateBand,
)
from lab.story.page.ladder.frame import CELL, LINE
from lab.story.text import cells

LANE = 7
"""Pixels from one band to the next."""

BASELINE = 4
"""Pixels from a tick down to the baseline of the text that stands at it."""

FALL, BESIDE = 10, 11
"""Pixels that an arrow falls before it bends, and from there to the receiver's life line."""

CHIP_CELL = 7.25
"""Width of a character of a chip, in pixels."""

LEAD = 16
"""Pixels from an arrow's beginning to its label."""

ABOVE, UNDER = 17, 6
"""Pixels of a phase above its first tick, where a label is, and below its last."""

Json = dict[str, Any]


def placed(shape: Shape | StateBand | PhaseShape, heights: Sequence[int]) -> Json:
    """Return a shape, its ``kind`` and where it is, as the templates draw it."""
    if isinstance(shape, ArrowShape):
        kind, at = "arrow", _arrow(shape, heights[shape.start], heights[shape.stop])
    elif isinstance(shape, PhaseShape):
        kind, at = "phase", _phase(shape, heights)
    elif isinstance(shape, StateBand):
        kind, at = "band", _band(shape, heights)
    elif isinstance(shape, NoteShape):
        kind, at = "note", {"y": heights[shape.tick] + BASELINE + shape.down}
    elif isinstance(shape, FoldShape):
        kind, at = "fold", {"y": heights[shape.tick] + BASELINE, **_pill(shape)}
    else:
        kind, at = "time", {"y": heights[shape.tick] + BASELINE}
    return {"kind": kind, "shape": shape, "at": at}


def _phase(phase: PhaseShape, heights: Sequence[int]) -> Json:
    """Return where a phase is shaded, from above the label of its first arrow."""
    top = heights[phase.start] - ABOVE
    under = -ABOVE if phase.meets else UNDER
    height = max(heights[phase.stop] + under - top, 0)
    return {"y": top, "height": height, "above": ABOVE, "under": under}


def _pill(fold: FoldShape) -> Json:
    """Return where a pill and its words stand; those of a table begin at its left side."""
    across = round(fold.widest * CELL) + 28
    left = max(fold.middle - across // 2, 2)
    x = left + 14 if fold.table else left + across // 2
    return {"x": x, "left": left, "across": across, "high": LINE * len(fold.lines) + 6}


def _band(band: StateBand, heights: Sequence[int]) -> Json:
    top, bottom = heights[band.start], heights[band.stop]
    return {"x": band.x - 3 + LANE * band.lane, "y": top, "height": max(bottom - top, 3)}


def _arrow(arrow: ArrowShape, y1: int, y2: int) -> Json:
    """Return an arrow's ends and how its label lies along it, always readable from the left."""
    right = arrow.x2 >= arrow.x1
    below, x2 = y2, arrow.x2
    if arrow.bends:
        y2, x2 = min(y2, y1 + FALL), arrow.x2 + (-BESIDE if right else BESIDE)
    across = abs(x2 - arrow.x1) or 1
    slope = math.degrees(math.atan2(y2 - y1, across))
    return {
        "y1": y1,
        "y2": y2,
        "x2": x2,
        "below": below,
        "x": arrow.x1 + (LEAD if right else -LEAD),
        "y": round(y1 + (y2 - y1) * LEAD / across, 1),
        "turn": round(slope if right else -slope, 2),
        "anchor": "start" if right else "end",
        "branches": [_branch(arrow, x, y1, y2) for x in arrow.branches],
        "joints": [
            {
                "x": joint.x,
                "y": round(y1 + (y2 - y1) * abs(joint.x - arrow.x1) / across, 1),
                "chips": [
                    _chip(text, start, right=right)
                    for text, start in zip(joint.chips, joint.starts, strict=True)
                ],
            }
            for joint in arrow.joints
        ],
    }


def _chip(text: str, start: int, *, right: bool) -> Json:
    """Return where a chip stands beside its joint, which is at 0."""
    width = chip_width(text)
    left = start if right else -start - width
    return {"text": text, "left": left, "width": width, "middle": left + width / 2}


def chip_width(text: str) -> int:
    """Return how many pixels a chip takes."""
    return round(cells(text) * CHIP_CELL) + 10


def _branch(arrow: ArrowShape, x: int, y1: int, y2: int) -> Json:
    """Return where an arrow touches the life line of one more host that it reached."""
    right = x > arrow.x1
    behind = right != (arrow.x2 > arrow.x1)
    across = abs(arrow.x2 - arrow.x1) or 1
    y = y2 if behind else round(y1 + (y2 - y1) * abs(x - arrow.x1) / across, 1)
    slope = math.degrees(math.atan2(y - y1, abs(x - arrow.x1) or 1))
    return {
        "x": x,
        "y": y,
        "behind": behind,
        "right": right,
        "turn": slope if right else -slope,
        "hollow": x in arrow.hollow,
    }
