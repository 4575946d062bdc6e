"""The ladder of a run as pictures: one for a laptop, one for a phone, and pieces for paper."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Any

from markupsafe import Markup

from lab.story.page.ladder.drawing import ArrowShape, FoldShape, NoteShape, StateBand
from lab.story.page.ladder.frame import LINE, NARROW, WIDE
from lab.story.page.ladder.geometry import BASELINE
from lab.story.page.ladder.layout import lay_out
from lab.story.page.ladder.picture import name, parts, svg
from lab.story.page.template import asset, fill
from lab.story.timeline.timeline import Timeline

PICTURES = "pictures"
"""The folder of the pictures."""

PIECE = 220
"""The height of a piece for paper, in pixels, where packets allow: sheets end between pieces."""

_PLAIN = Markup(".ladder text { stroke: none !important; }")
"""On paper no word has a border: a PDF would have each letter of it as a drawing."""

_ABOVE = 14
"""Pixels that life lines begin above the first tick."""


def on_screen(timeline: Timeline, stem: str) -> tuple[str, dict[str, str]]:
    """Return the markup of a ladder on screen, and its SVG documents by their names.

    A wide one is for a laptop, a slim one for a phone. ``stem`` begins their names.
    """
    wide, slim = svg(timeline, width=WIDE), svg(timeline, width=NARROW)
    said = escape(name(timeline.run))
    markup = (
        f'<div class="ladder"><picture><source media="(max-width: 56em)" {_size(slim)}'
        f' srcset="../{PICTURES}/{stem}-slim.svg"><img {_size(wide)}'
        f' src="../{PICTURES}/{stem}-wide.svg" alt="{said}"></picture></div>'
    )
    return markup, {f"{stem}-wide.svg": wide, f"{stem}-slim.svg": slim}


def on_paper(timeline: Timeline, stem: str) -> tuple[str, dict[str, str]]:
    """Return the markup of a ladder on paper, and its SVG documents by their names.

    These are pieces that stand one below the other without a gap.
    """
    pieces = {f"{stem}-{number}.svg": each for number, each in enumerate(_pieces(timeline))}
    said = escape(name(timeline.run))
    images = "".join(
        f'<img {_size(each)} src="{PICTURES}/{file}" alt="{said}">' for file, each in pieces.items()
    )
    return f'<div class="ladder">{images}</div>', pieces


def _size(document: str) -> str:
    """Return the width and the height that an SVG document says it has, as attributes."""
    found = re.search(r'width="\d+" height="\d+"', document)
    return found[0] if found else ""


def _pieces(timeline: Timeline) -> list[str]:
    """Return the ladder as SVG documents, from the top."""
    drawn = parts(lay_out(timeline, WIDE, opens=False))
    ends = cuts([_span(each) for each in drawn["shapes"]], drawn["top"], drawn["height"])
    about = {
        "alone": True,
        "first": -1,
        "style": asset("ladder.css") + _PLAIN,
        "name": name(timeline.run),
    }
    return [
        _piece({**drawn, **about}, top, bottom)
        for top, bottom in zip([0, *ends], [*ends, drawn["height"]], strict=True)
    ]


def cuts(spans: Sequence[tuple[float, float]], top: int, height: int) -> list[int]:
    """Return where a picture may be divided: between the ``spans`` that its shapes take.

    The first piece begins at 0 and has what stands above ``top``. Heights are pixels.
    """
    found: list[int] = []
    below = float(top)
    start = 0
    for first, last in sorted(spans):
        if first >= below and below - start >= PIECE and height - below > LINE:
            start = round((first + below) / 2)
            found.append(start)
        below = max(below, last)
    return found


def _span(placed: dict[str, Any]) -> tuple[float, float]:
    """Return from where to where a shape stands, in pixels from the top of the picture.

    Bands go on through a cut, so they take no room.
    """
    shape, at = placed["shape"], placed["at"]
    if isinstance(shape, StateBand):
        return at["y"], at["y"]
    if isinstance(shape, ArrowShape):
        return min(at["y1"], at["y2"]) - LINE, max(at["y1"], at["y2"]) + LINE / 2
    if isinstance(shape, FoldShape):
        return at["y"] - LINE, at["y"] - LINE + at["high"]
    lines = len(shape.lines) if isinstance(shape, NoteShape) else 1
    return at["y"] + BASELINE - LINE, at["y"] + BASELINE + LINE * (lines - 1)


def _piece(drawn: dict[str, Any], top: int, bottom: int) -> str:
    """Return the part of a ladder between two heights as a document of its own.

    What goes on beyond them is cut off: a PDF has each dash of a line in it.
    """
    shapes = [_clipped(each, top, bottom) for each in drawn["shapes"] if _is_in(each, top, bottom)]
    first = top + _ABOVE if top else drawn["top"]
    piece = {**drawn, "shapes": shapes, "top": first, "bottom": min(bottom, drawn["bottom"])}
    width, high = drawn["width"], bottom - top
    size = f'width="{width}" height="{high}" viewBox="0 {top} {width} {high}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{fill("ladder.svg", **piece)}</svg>\n'


def _is_in(placed: dict[str, Any], top: int, bottom: int) -> bool:
    first, last = _span(placed)
    if isinstance(placed["shape"], StateBand):
        last = first + placed["at"]["height"]
    return first <= bottom and last >= top


def _clipped(placed: dict[str, Any], top: int, bottom: int) -> dict[str, Any]:
    if not isinstance(placed["shape"], StateBand):
        return placed
    at = placed["at"]
    first = max(at["y"], top - LINE)
    last = min(at["y"] + at["height"], bottom + LINE)
    return {**placed, "at": {**at, "y": first, "height": last - first}}
