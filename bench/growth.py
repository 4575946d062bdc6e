"""How the time to tell a run grows with what is in it, as the slope of a curve."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Sequence
from functools import partial

from bench.row import Goal, Kind, Row, Series
from bench.shapes import SHAPES
from lab.observation.record import to_json
from lab.observation.run import Run
from lab.observation.source_lines.trace import with_sources
from lab.observation.transcript import Line, Transcript
from lab.story.page.render import render_page
from lab.story.pcapng import pcapng
from lab.story.terminal.render import render_text
from lab.story.timeline.timeline import Timeline

SIZES = (100, 316, 1_000, 3_162, 10_000, 31_623, 100_000)
LONGEST = 20.0
"""Seconds of one point of a curve behind which it is not followed any further."""

STEEPEST = 1.2
"""The largest slope of a curve in a log-log plot: 1 is linear, 2 quadratic."""

LEAST = 0.02
"""Seconds that a point takes at the least to count: below, what is constant hides the slope."""


def growth(largest: int) -> list[Row]:
    """Measure the curve of each shape of a run, and of naming source lines, up to a size."""
    tell(SHAPES["segments"](SIZES[0]))  # What is loaded once counts for no point.
    told = {
        name: lambda size, make=make: _timed(partial(tell, make(size)))
        for name, make in SHAPES.items()
    }
    named: dict[str, Callable[[int], float]] = {"prints_and_lines": _named, "columns": _columns}
    return [_row(name, measure, largest) for name, measure in {**told, **named}.items()]


def slope(points: Sequence[tuple[int, float]]) -> float | None:
    """Return the slope of the last decade of a curve of (size, seconds); None for too few."""
    counted = [(size, took) for size, took in points if took >= LEAST]
    if len(counted) < 2:
        return None
    size, took = counted[-1]
    first, began = next(each for each in counted if each[0] * 12 >= size)
    return math.log(took / began) / math.log(size / first) if first < size else None


def _row(name: str, measure: Callable[[int], float], largest: int) -> Row:
    points: list[tuple[int, float]] = []
    for size in SIZES:
        if size > largest or (points and points[-1][1] > LONGEST):
            break
        points.append((size, measure(size)))
    steep = slope(points)
    return Row(
        f"growth-{name}",
        f"Growth: {name.replace('_', ' ')}",
        Series(f"from {points[0][0]:,} to {points[-1][0]:,}", tuple(took for _, took in points)),
        goal=Goal(Kind.SLOPE, STEEPEST, f"a slope of at most {STEEPEST}"),
        slope=steep,
        notes=(", ".join(f"{size:,}: {took:.2f} s" for size, took in points),),
    )


def _timed(work: Callable[[], object]) -> float:
    """Return the processor's time, in seconds, which other processes do not lengthen."""
    began = time.process_time()
    work()
    return time.process_time() - began


def tell(run: Run) -> None:
    """Tell a run in each form, and record it."""
    timeline = Timeline.of(run)
    render_text(timeline, width=80, color=False)
    render_page(timeline)
    pcapng(timeline)
    json.dumps(to_json(run))


def _named(size: int) -> float:
    """Return how long it takes to find who printed each of so many lines, of so many calls."""
    lines = tuple(Line(0, "stdout", f"line {number}") for number in range(size))
    source = "for x in y:\n" + "  if x: print(x, 'end')\n" * size
    return _timed(lambda: with_sources(Transcript("c", "c.py", lines=lines), source.encode()))


def _columns(size: int) -> float:
    """Return the same for a print of so many columns, and a line of blanks."""
    source = f"print({', '.join(['a'] * size)}, 'end')"
    program = Transcript("c", "c.py", lines=(Line(0, "stdout", " " * 2 * size),))
    return _timed(lambda: with_sources(program, source.encode()))
