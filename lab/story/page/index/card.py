"""What the index needs of a run: its outcome, its times, and a thumbnail of its ladder."""

from __future__ import annotations

from typing import Any

from lab.observation.verdict import Outcome
from lab.story.page.ladder.drawing import ArrowShape
from lab.story.page.ladder.frame import NARROW
from lab.story.page.ladder.layout import lay_out
from lab.story.timeline.timeline import Timeline
from lab.wire.address import Family

WIDTH, HEIGHT = 120, 90
MOST_STROKES = 60

Json = dict[str, Any]


def card(timeline: Timeline) -> Json:
    """Return a run in short, as values that :mod:`json` can write.

    ``lines`` are where the life lines stand, ``strokes`` the packets: x1, y1, x2, y2 and whether
    they are remarkable, all within 120 by 90.
    """
    run = timeline.run
    drawing = lay_out(timeline, NARROW, opens=False)
    heights = drawing.heights
    across = WIDTH / (drawing.width or 1)
    down = HEIGHT / ((heights[-1] if heights else 0) + 10)
    strokes = [
        [
            round(part.x1 * across),
            round(heights[part.start] * down, 1),
            round(part.x2 * across),
            round(heights[part.stop] * down, 1),
            " " in part.kind,
        ]
        for part in drawing.shapes
        if isinstance(part, ArrowShape)
    ]
    return {
        "scenario": run.scenario,
        "family": run.family.value,
        "outcome": run.outcome.name,
        "holds": run.holds,
        "expectations": len(run.verdicts),
        "duration": timeline.observation.duration,
        "hosts": list(timeline.hosts),
        "lines": [round(head.x * across) for head in drawing.heads],
        "strokes": strokes[:MOST_STROKES],
    }


_KINDS: dict[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("scenario", "family", "outcome", "title", "part"), str),
    **dict.fromkeys(("holds", "expectations"), int),
    **dict.fromkeys(("lines", "strokes", "lectures"), list),
    "duration": (int, float),
}


def is_card(known: Any) -> bool:
    """Return whether what a file holds can stand on the index: nobody else's, and not damaged."""
    return (
        isinstance(known, dict)
        and all(isinstance(known.get(name), kind) for name, kind in _KINDS.items())
        and isinstance(known.get("heading", ""), str)
        and known["outcome"] in Outcome.__members__
        and known["family"] in list(Family)
        and all(isinstance(each, list) and len(each) == 5 for each in known["strokes"])
    )
