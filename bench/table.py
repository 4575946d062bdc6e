"""The bench's results as text of 80 columns, and as what JSON can hold."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

from bench.row import Kind, Row, Series

WIDTH = 80
MARKS = {True: "✔", False: "✗", None: "·"}
WORDS = {True: "met", False: "not met", None: ""}


def render(rows: Sequence[Row], facts: Mapping[str, object]) -> str:
    """Return the whole table."""
    lines = _wrapped("; ".join(f"{name} {value}" for name, value in facts.items()), "")
    for row in rows:
        lines += ["", *_row(row)]
    judged = [row.is_met for row in rows if row.is_met is not None]
    lines += ["", f"{sum(judged)} of {len(judged)} goals met"]
    return "\n".join(lines) + "\n"


def document(rows: Sequence[Row], facts: Mapping[str, object]) -> dict[str, object]:
    """Return the same as JSON can hold it; times are in seconds."""
    return {"facts": dict(facts), "rows": [_document(row) for row in rows]}


def seconds(value: float) -> str:
    """Return a time with its unit, three digits of it."""
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if value * factor >= 0.95 or unit == "µs":
            return f"{value * factor:#.3g}".rstrip(".") + f" {unit}"
    return ""


def _row(row: Row) -> list[str]:
    met = row.is_met
    result = ""
    if row.value is not None:
        kind = row.goal.kind if row.goal else Kind.RATIO
        times = kind in (Kind.RATIO, Kind.LEAST, Kind.RATE)
        result = f"{row.value:.3g} ×" if times else seconds(row.value)
        if kind is Kind.SLOPE:
            result = f"{row.value:.2f}"
    goal = f"goal {row.goal.words}: {WORDS[met]}" if row.goal and met is not None else ""
    if row.goal and met is None:
        goal = f"goal {row.goal.words}"
    lines = [f"{MARKS[met]} {row.title:<42}{result:>9}  {goal}".rstrip()]
    if row.problem:
        lines += _wrapped(f"not measured: {row.problem}", "    ")
    for series in (row.ours, row.theirs):
        if series is not None:
            lines += _wrapped(_series(series), "    ")
    for note in row.notes:
        lines += _wrapped(note, "    ")
    return lines


def _series(series: Series) -> str:
    low, high = seconds(min(series.seconds)), seconds(max(series.seconds))
    count = len(series.seconds)
    return f"{seconds(series.median):>8}  {series.name} ({low} – {high}, {count} times)"


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + "  ",
        break_long_words=False,
        drop_whitespace=True,
    )


def _document(row: Row) -> dict[str, object]:
    return {
        "name": row.name,
        "title": row.title,
        "ours": _times(row.ours),
        "theirs": _times(row.theirs),
        "ratio": row.ratio,
        "slope": row.slope,
        "goal": row.goal.words if row.goal else None,
        "met": row.is_met,
        "notes": list(row.notes),
        "problem": row.problem or None,
    }


def _times(series: Series | None) -> dict[str, object] | None:
    if series is None:
        return None
    times = series.seconds
    return {
        "name": series.name,
        "median": series.median,
        "least": min(times),
        "most": max(times),
        "times": [round(value, 7) for value in times],
    }
