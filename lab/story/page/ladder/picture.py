"""A ladder as SVG: alone for a slide or a book, or inside a page where it can be used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

from lab.observation.run import Run
from lab.observation.talk import Talk
from lab.story.page.ladder.drawing import ArrowShape, Drawing, Shape, StateBand, TimeShape
from lab.story.page.ladder.frame import WIDE
from lab.story.page.ladder.geometry import placed
from lab.story.page.ladder.layout import lay_out
from lab.story.page.ladder.pieces import Pieces
from lab.story.page.packets import POSITION, TIME, WHAT, Words
from lab.story.page.template import asset, fill
from lab.story.timeline.timeline import Timeline


def svg(timeline: Timeline, *, width: int = WIDE) -> str:
    """Return the ladder of a run as an SVG document that stands alone."""
    drawing = lay_out(timeline, width, opens=False)
    return fill(
        "ladder.svg",
        **parts(drawing),
        alone=True,
        first=-1,
        style=asset("ladder.css"),
        name=name(timeline.run),
    )


def inside(
    timeline: Timeline,
    width: int,
    words: Words,
    table: Sequence[list[Any]],
    *,
    first: int = -1,
    talks: Mapping[Talk, int] | None = None,
) -> tuple[str, list[Any]]:
    """Return the ladder for a page, where packets can be chosen, and the pieces of its folds.

    ``words`` collects the pieces' texts, ``table`` are the packets of
    :func:`lab.story.page.packets.anatomy`, ``first`` is the packet that the Tab key goes to.
    ``talks`` are the numbers of the conversations, where not this timeline's own.
    """
    drawing = lay_out(timeline, width, talks=talks)
    pieces = Pieces(drawing, words, table)
    context = {**parts(drawing), "templates": pieces.shapes, "name": name(timeline.run)}
    for each in context["shapes"]:
        if each["kind"] == "arrow":
            each["spoken"] = _spoken(each["shape"], table[each["shape"].packet], words)
    return fill("ladder.svg", **context, alone=False, first=first), pieces.folds


def _spoken(arrow: ArrowShape, packet: Sequence[Any], words: Words) -> str:
    """Return an arrow as a sentence for a screen reader; folds.js says the same."""
    said = words.known[packet[WHAT]] if arrow.words is None else arrow.words
    return f"{packet[TIME]} ms: {arrow.direction}: {said}{packet[POSITION]}"


def name(run: Run) -> str:
    """Return what the picture shows, in a line."""
    return f"{run.name}, a ladder of packets"


def parts(drawing: Drawing) -> dict[str, Any]:
    """Return what the template draws, in pixels."""
    heights = drawing.heights
    back: list[Shape | StateBand] = [band for band in drawing.bands if band.stop > band.start]
    back += [each for each in drawing.shapes if isinstance(each, TimeShape)]
    told = [each for each in drawing.shapes if not isinstance(each, TimeShape)]
    return {
        "width": drawing.width,
        "height": heights[-1] + 10,
        "top": drawing.top,
        "bottom": heights[-1],
        "heads": drawing.heads,
        "steps": " ".join(map(str, drawing.steps)),
        "lines": [
            (lifeline.x, head is not None and head.passes)
            for lifeline, head in zip_longest(drawing.lifelines, drawing.heads)
        ],
        "phases": [placed(each, heights) for each in drawing.phases],
        "back": [placed(each, heights) for each in back],
        "shapes": [placed(each, heights) for each in told],
    }
