"""A picture of curves over a number of hosts, as SVG: made of numbers, without a library."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 440, 340
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 100, 44
COLORS = ("#0b62a8", "#b4540a", "#2e7d32", "#7b3fa0")
"""Of the curves in turn, each readable on white and on the dark ground below."""

STYLE = """
text { font: 12px system-ui, sans-serif; fill: #222; }
.title { font-weight: 600; font-size: 13px; }
.axis { stroke: #888; } .grid { stroke: #ddd; }
.ground { fill: #fff; }
@media (prefers-color-scheme: dark) {
  text { fill: #eee; } .grid { stroke: #444; } .ground { fill: #1c1c1c; }
  .c0 { --c: #6fb7f0; } .c1 { --c: #f0a060; } .c2 { --c: #7fd08a; } .c3 { --c: #cfa0ee; }
}
"""
DASHES = ("", "6 4", "2 3", "8 3 2 3")
"""A second sign of each curve, for who does not tell the colours apart."""


@dataclass(frozen=True)
class Panel:
    """One picture of the row: its curves by their names, as points (hosts, value)."""

    title: str
    unit: str
    curves: Mapping[str, Sequence[tuple[float, float]]]


def picture(panels: Sequence[Panel]) -> str:
    """Return an SVG with the panels side by side."""
    whole = WIDTH * len(panels)
    inner = "".join(
        f'<g transform="translate({WIDTH * at} 0)">{_panel(panel)}</g>\n'
        for at, panel in enumerate(panels)
    )
    named = "; ".join(panel.title for panel in panels)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {HEIGHT}" '
        f'width="{whole}" height="{HEIGHT}" role="img" aria-label="{escape(named)}">\n'
        f"<style>{STYLE}</style>\n"
        f'<rect class="ground" width="{whole}" height="{HEIGHT}"/>\n{inner}</svg>\n'
    )


def ticks(most: float, wanted: int = 4) -> list[float]:
    """Return round numbers from 0 to at least ``most``, about so many steps of them."""
    rough = max(most, 1e-9) / wanted
    power = 10 ** math.floor(math.log10(rough))
    step = next(each * power for each in (1, 2, 2.5, 5, 10) if each * power >= rough * 0.999)
    return [number * step for number in range(math.ceil(most / step - 1e-9) + 1)]


def _panel(panel: Panel) -> str:
    points = [point for curve in panel.curves.values() for point in curve]
    across = ticks(max((x for x, _ in points), default=1.0), 5)
    up = ticks(max((y for _, y in points), default=1.0))

    def at(x: float, y: float) -> tuple[float, float]:
        wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
        return LEFT + wide * x / across[-1], HEIGHT - BOTTOM - high * y / up[-1]

    parts = [f'<text class="title" x="{LEFT}" y="18">{escape(panel.title)}</text>']
    for y in up:
        left, height = at(0, y)
        parts.append(
            f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{height:.1f}" '
            f'y2="{height:.1f}"/><text x="{left - 6:.1f}" y="{height + 4:.1f}" '
            f'text-anchor="end">{y:g}</text>'
        )
    parts.append(
        f'<text x="{LEFT - 6}" y="{TOP - 8}" text-anchor="end">{escape(panel.unit)}</text>'
    )
    for x in across:
        left, height = at(x, 0)
        parts.append(
            f'<text x="{left:.1f}" y="{height + 18:.1f}" text-anchor="middle">{x:g}</text>'
        )
    foot = HEIGHT - 8
    parts.append(f'<text x="{WIDTH - RIGHT}" y="{foot}" text-anchor="end">hosts</text>')
    parts.append(
        f'<line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{HEIGHT - BOTTOM}" '
        f'y2="{HEIGHT - BOTTOM}"/>'
    )
    for number, (name, curve) in enumerate(panel.curves.items()):
        parts.append(_curve(number, name, [at(x, y) for x, y in curve]))
    return "".join(parts)


def _curve(number: int, name: str, points: Sequence[tuple[float, float]]) -> str:
    color, dash = COLORS[number % len(COLORS)], DASHES[number % len(DASHES)]
    way = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" style="fill:var(--c,{color})"/>'
        for x, y in points
    )
    top = 36 + 16 * number
    drawn = f'style="stroke:var(--c,{color})" stroke-width="2" stroke-dasharray="{dash}"'
    return (
        f'<g class="c{number % len(COLORS)}"><polyline points="{way}" fill="none" {drawn}/>{dots}'
        f'<line x1="{LEFT + 8}" x2="{LEFT + 32}" y1="{top}" y2="{top}" {drawn}/>'
        f'<text x="{LEFT + 38}" y="{top + 4}">{escape(name)}</text></g>'
    )
