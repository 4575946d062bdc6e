"""How a packet looks and sounds in a ladder, and how far apart two moments stand."""

from __future__ import annotations

import math

from lab.story.page.packets import counted
from lab.story.timeline.moment import MARKED, Arrow


def said(arrow: Arrow, zero_ns: int) -> str:
    """Return an arrow as a sentence, for those who hear it."""
    transit = arrow.transit
    time = (transit.time_ns - zero_ns) / 1e6
    end = ", lost on the way" if transit.lost else ""
    heard = f"all, and {' and '.join(transit.reached)} got it" if transit.reached else "all"
    way = f"{transit.sender} to {transit.receiver or heard}"
    return f"{time:.2f} ms: {way}: {arrow.label.fit(200)}{end}{counted(transit)}"


def look(arrow: Arrow) -> str:
    """Return how an arrow looks: what it carries, and whether that is remarkable."""
    label = arrow.label
    marked = " bad" if "red" in label.style else " odd" if "yellow" in label.style else ""
    return label.kind + marked + (" pointed" if label.weight >= MARKED else "")


def stretch(duration_ns: int) -> int:
    """Return how far down the page a time reaches: more for more, but not in proportion."""
    if duration_ns <= 0:
        return 0
    return min(26, 1 + round(5 * math.log10(1 + duration_ns / 10_000)))
