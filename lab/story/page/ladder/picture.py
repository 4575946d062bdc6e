"""A ladder as SVG: alone for a slide or a book, or inside a page where it can be used."""

from __future__ import annotations

import math
from typing import Any

from lab.observation.run import Run
from lab.story.page.ladder.drawing import ArrowShape, Clock, Drawing, Gap, Words
from lab.story.page.ladder.frame import TIME, WIDE
from lab.story.page.ladder.layout import lay_out
from lab.story.page.template import asset, fill
from lab.story.terminal.verdicts import headline
from lab.story.timeline.timeline import Timeline

LANE = 7
"""Pixels from one band to the next."""


def svg(timeline: Timeline, *, width: int = WIDE) -> str:
    """Return the ladder of a run as an SVG document that stands alone."""
    drawing = lay_out(timeline, width, opens=False)
    return fill(
        "ladder.svg",
        **parts(drawing),
        alone=True,
        style=asset("ladder.css"),
        name=name(timeline.run),
    )


def inside(timeline: Timeline, width: int, *, first: int = -1) -> str:
    """Return the ladder for a page: packets can be chosen, folds opened.

    ``first`` is the packet that the Tab key goes to.
    """
    drawing = lay_out(timeline, width)
    context = parts(drawing)
    return fill("ladder.svg", **context, alone=False, first=first, name=name(timeline.run))


def name(run: Run) -> str:
    """Return what the picture shows, in a line."""
    return f"{run.name}, a ladder of packets"


def said(run: Run) -> str:
    """Return the story's first line."""
    return "".join(span.text for span in headline(run, 200))


def parts(drawing: Drawing) -> dict[str, Any]:
    """Return what the template draws, in pixels."""
    heights = drawing.heights
    return {
        "width": drawing.width,
        "height": heights[-1] + 10 if heights else drawing.top,
        "top": drawing.top,
        "bottom": heights[-1] if heights else drawing.top,
        "heads": drawing.heads,
        "steps": " ".join(
            f"{tick.step}" if tick.fold is None else f"{tick.step}/{tick.fold}"
            for tick in drawing.ticks
        ),
        "lines": _lines(drawing),
        "places": drawing.places,
        "bands": [
            {
                "band": band,
                "x": band.x - 3 + LANE * band.lane,
                "y": heights[band.start],
                "height": max(heights[band.stop] - heights[band.start], 3),
            }
            for band in drawing.bands
            if band.stop > band.start
        ],
        "parts": [_part(part, heights, drawing) for part in drawing.parts],
    }


def _lines(drawing: Drawing) -> list[int]:
    return [head.x + {"start": 5, "end": -5, "middle": 0}[head.anchor] for head in drawing.heads]


def _part(
    part: Clock | ArrowShape | Words | Gap, heights: list[int], drawing: Drawing
) -> dict[str, Any]:
    if isinstance(part, ArrowShape):
        return {"way": part, **_arrow(part, heights[part.start], heights[part.stop])}
    if isinstance(part, Words):
        return {"words": part, "y": heights[part.tick] + part.down + 4}
    if isinstance(part, Gap):
        return {"gap": part, "y": heights[part.tick] + 4, "x": (drawing.width + TIME) // 2}
    return {"clock": part, "y": heights[part.tick] + 4}


def _arrow(way: ArrowShape, y1: int, y2: int) -> dict[str, Any]:
    """Return an arrow's ends and how its label lies along it, always readable from the left."""
    slope = math.degrees(math.atan2(y2 - y1, abs(way.x2 - way.x1) or 1))
    right = way.x2 >= way.x1
    lead = 16 if right else -16
    drop = (y2 - y1) * 16 / (abs(way.x2 - way.x1) or 1)
    return {
        "y1": y1,
        "y2": y2,
        "x": way.x1 + lead,
        "y": round(y1 + drop, 1),
        "turn": round(slope if right else -slope, 2),
        "anchor": "start" if right else "end",
        "also": [_branch(way, x, y1, y2) for x in way.also],
    }


def _branch(way: ArrowShape, x: int, y1: int, y2: int) -> dict[str, Any]:
    """Return where an arrow touches the life line of one more host that it reached."""
    behind = (x > way.x1) != (way.x2 > way.x1)
    y = y2 if behind else round(y1 + (y2 - y1) * abs(x - way.x1) / (abs(way.x2 - way.x1) or 1), 1)
    slope = math.degrees(math.atan2(y - y1, abs(x - way.x1) or 1))
    right = x > way.x1
    return {"x": x, "y": y, "behind": behind, "right": right, "turn": slope if right else -slope}
