"""Steps in a terminal: both sources with their current lines, and what the last step did."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lab.observation.steps.walk import Walk
from lab.story.steps.telling import beside, happened, head, where, who
from lab.story.text import cells, cut, harmless

SIDE_BY_SIDE = 100
"""Columns from which on the sources stand beside each other."""

KEYS = "s server  c client  space whoever can  b back  r run on  q quit"

Paint = Callable[[str, str], str]
"""Gives a text the look of an escape code (ECMA-48, SGR)."""

_COLORS = {"packet": "36", "printed": "32", "note": "33", "variable": "1", "lost": "31"}


def screen(
    walk: Walk, number: int, columns: int, rows: int, *, message: str = "", color: bool = True
) -> list[str]:
    """Return the lines that show a walk at a step: at most ``rows``, each ``columns`` cells."""
    paint = _painted if color else _plain
    step = walk.steps[number]
    before = walk.steps[number - 1] if number else None
    latest = len(walk.steps) - 1
    past = "" if number == latest else "  (looking back: space goes on)"
    title = f"{walk.scenario} step by step   step {number} of {latest}{past}"
    told = [
        paint(cut(f"  {text}", columns), _COLORS.get(kind, "2"))
        for kind, text in happened(walk, before, step)
    ]
    foot = [paint(_fill(cut(message or _result(walk, number), columns), columns), "1")]
    foot += [paint(_fill(cut(KEYS, columns), columns), "7")]
    room = rows - 3 - len(foot)
    most_told = max(3, room // 3)
    if len(told) > most_told:
        told = [*told[: most_told - 1], f"  … and {len(told) - most_told + 1} more"]
    told += [""] * (most_told - len(told))
    panes = list(_panes(walk, number, columns, room - most_told, paint))
    shown = [
        paint(_fill(cut(title, columns), columns), "7"),
        *panes,
        paint(cut(f"─ step {number}: {head(walk, step)} ", columns), "1"),
        *told,
    ]
    shown += [""] * (rows - len(foot) - len(shown))
    return [*shown[: rows - len(foot)], *foot]


def _result(walk: Walk, number: int) -> str:
    is_last = number == len(walk.steps) - 1
    return f"The end: {walk.result.text}" if walk.result is not None and is_last else ""


def _panes(walk: Walk, number: int, columns: int, rows: int, paint: Paint) -> Iterator[str]:
    left, right = beside(walk, number)
    if columns >= SIDE_BY_SIDE:
        width = (columns - 3) // 2
        pair = [list(_source(walk, number, each, width, rows, paint)) for each in (left, right)]
        for one, other in zip(*pair, strict=True):
            yield f"{one} │ {other}"
        return
    upper = rows // 2
    yield from _source(walk, number, left, columns, upper, paint)
    yield from _source(walk, number, right, columns, rows - upper, paint)


def _source(
    walk: Walk, number: int, program: int, width: int, rows: int, paint: Paint
) -> Iterator[str]:
    """Yield a program's name, where it is, and as much of its source as there is room for."""
    about = walk.programs[program]
    lanes = [lane for lane in walk.steps[number].lanes if lane.program == program]
    places = [lane for lane in lanes if lane.place is not None]
    file = places[0].place.file if places and places[0].place else about.file
    is_at = "; ".join(
        f"{who(walk, lane)} {where(lane)}" if lane.number else where(lane) for lane in lanes
    )
    yield paint(_fill(cut(f"{about.host}: {file}  {is_at}", width), width), "1")
    marks = {
        lane.place.line: "…" if lane.status == "waits" else "▶"
        for lane in places
        if lane.place and lane.place.file == file and lane.status != "ended"
    }
    lines = walk.sources.get(about.host, {}).get(file, "").splitlines()
    middle = min(marks, default=1)
    start = max(0, min(middle - 1 - (rows - 1) // 2, len(lines) - (rows - 1)))
    for at in range(start + 1, start + rows):
        text = harmless(lines[at - 1].expandtabs(4)) if at <= len(lines) else ""
        shown = f"{marks.get(at, ' ')} {at:>3} {text}" if at <= len(lines) else ""
        line = _fill(cut(shown, width), width)
        yield paint(line, "7" if marks.get(at) == "▶" else "33") if at in marks else line


def _fill(text: str, width: int) -> str:
    return text + " " * (width - cells(text))


def _painted(text: str, code: str) -> str:
    return f"\x1b[{code}m{text}\x1b[0m"


def _plain(text: str, code: str) -> str:
    return text
