"""The results of attacks as a table of 100 columns, their sum, and the exit status."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Sequence

from attacking import Outcome, Result

WIDTH = 100
NAME, MARK = 36, 11
MARKS = {
    Outcome.HELD: "✔ held",
    Outcome.BROKE: "✗ BROKE",
    Outcome.NOT_TRIED: "· not tried",
    Outcome.FAILED: "? failed",
}
HEAD = f"{'tried':{NAME}} {'held?':{MARK}} figures"
MOST = 400
"""Characters of figures that are shown."""


def row(result: Result) -> str:
    """Return the lines of one result."""
    figures = " ".join(result.figures.split())
    figures = figures if len(figures) <= MOST else f"{figures[:MOST]} …"
    start = f"{f'{result.kind}: {result.name}':{NAME}} {MARKS[result.outcome]:{MARK}} "
    wrapped = textwrap.wrap(f"{result.seconds:.1f} s; {figures}".rstrip("; "), WIDTH - len(start))
    return start + f"\n{'':{len(start)}}".join(wrapped)


def total(results: Sequence[Result]) -> str:
    """Return how many there are of each outcome, and name those that did not hold."""
    count = Counter(result.outcome for result in results)
    words = [f"{count[each]} {each.value}" for each in Outcome if count[each]]
    lines = [f"{len(results)} attacks: {', '.join(words) or 'nothing was tried'}"]
    for outcome in (Outcome.BROKE, Outcome.FAILED, Outcome.NOT_TRIED):
        if names := [result.name for result in results if result.outcome is outcome]:
            lines.append(f"  {outcome.value}: {', '.join(names)}")
    return "\n".join(lines)


def status(results: Sequence[Result]) -> int:
    """Return 1 where the lab broke, 3 where an attack failed or there was none, and 0 otherwise."""
    outcomes = {result.outcome for result in results}
    if Outcome.BROKE in outcomes:
        return 1
    return 3 if Outcome.FAILED in outcomes or Outcome.HELD not in outcomes else 0
