"""How a packet looks and sounds in a ladder, and how far apart two moments stand."""

from __future__ import annotations

import math

from lab.story.text import cells, wrap
from lab.story.timeline.joint import Joint
from lab.story.timeline.moment import MARKED, Arrow
from lab.story.timeline.note import Note

LEADS = "│╎⌨$✗ "
"""Signs before a note's words, which nobody wants to hear."""


def direction(arrow: Arrow) -> str:
    """Return who sent a packet to whom and whether it was lost, in words."""
    transit = arrow.transit
    reached = f"all, and {' and '.join(transit.reached)} got it" if transit.reached else "all"
    if transit.unwanted:
        reached += f" ({' and '.join(transit.unwanted)} did not want it)"
    lost = f", {transit.fate} on the way" if transit.lost else ""
    through = f" through {' and '.join(map(_passed, transit.joints))}" if transit.joints else ""
    return f"{transit.sender} to {transit.receiver or reached}{through}{lost}"


def _passed(joint: Joint) -> str:
    return f"{joint.host} ({', '.join(joint.chips)})" if joint.chips else joint.host


def look(arrow: Arrow) -> str:
    """Return how an arrow looks: what it carries, and whether that is remarkable."""
    label = arrow.label
    marked = " bad" if "red" in label.style else " odd" if "yellow" in label.style else ""
    return label.kind + marked + (" pointed" if label.weight == MARKED else "")


def note_look(note: Note) -> str:
    """Return how a note looks: what it is, and whether it is remarkable."""
    inferred = " inferred" if note.text.startswith("(") else ""
    failed = " failed" if "red" in note.style else ""
    return note.kind + inferred + failed + (" pointed" if note.weight == MARKED else "")


_WHOSE = {
    "start": "{} starts",
    "stdout": "{} prints",
    "stderr": "{} prints on stderr",
    "stdin": "typed on {}:",
    "state": "a socket on {} is",
    "socket": "a socket on {} is",
    "call": "{} calls",
}
"""How a note begins that is read out, by its kind."""


def whose(note: Note) -> str:
    """Return the words for whose note this is, as a screen reader says them first."""
    return _WHOSE.get(note.kind, "{}:").format(note.host)


def spoken(note: Note, time: str) -> str:
    """Return a note as a sentence for a screen reader; folds.js says it of pieces, without time."""
    return f"{time} ms: {whose(note)} {note.text.lstrip(LEADS)}"


def note_lines(note: Note, room: int, most: int) -> tuple[tuple[str, ...], str]:
    """Return a note in lines of ``room`` cells, and the line of the source that stands behind."""
    lines = tuple(wrap(note.text, room, most, note.follow))
    source = f":{note.line.source}" if note.line and note.line.source else ""
    if source and cells(lines[-1]) + len(source) >= room:
        lines = (*lines, note.follow.strip())
    return lines, source


def stretch(duration_ns: int) -> int:
    """Return how many pixels a time takes: more for more, but not in proportion."""
    if duration_ns <= 0:
        return 0
    return min(26, 1 + round(5 * math.log10(1 + duration_ns / 10_000)))
