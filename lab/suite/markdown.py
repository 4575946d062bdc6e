"""What becomes of runs as Markdown, for the page that a CI has of each job."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from lab.observation.run import Run, worst
from lab.observation.verdict import Outcome
from lab.suite.table import reason, summary
from lab.wire.address import Family
from lab.wire.text import harmless

MOST_STORY = 60_000
"""Characters of a story; a page of GitHub takes a megabyte of all its jobs."""


def render(runs: Sequence[Run], story: Callable[[Run], str]) -> str:
    """Return the table of all runs, and the story of the first that does not hold.

    It is CommonMark with GitHub's tables, which GitLab reads as well. ``story`` tells a run.
    """
    by_name: dict[str, dict[Family, Run]] = {}
    for run in runs:
        by_name.setdefault(run.scenario, {})[run.family] = run
    lines = [
        f"## {worst(runs).mark} {as_it_stands(summary(runs))}",
        "",
        f"| scenario | {' | '.join(family.label for family in Family)} | what is to be known |",
        f"|---|{'---|' * len(Family)}---|",
    ]
    for name, found in by_name.items():
        cells = [_cell(found.get(family)) for family in Family]
        why = [f"{run.family.label}: {reason(run)}" for run in found.values() if reason(run)]
        told = "<br>".join(as_it_stands(each) for each in why)
        lines.append(f"| {as_it_stands(name)} | {' | '.join(cells)} | {told} |")
    if first := next((run for run in runs if run.outcome is not Outcome.HOLDS), None):
        lines += ["", f"### {as_it_stands(first.name)}", "", *fenced(story(first)[:MOST_STORY])]
    return "\n".join(lines) + "\n"


def _cell(run: Run | None) -> str:
    return "–" if run is None else f"{run.outcome.mark} {run.holds} of {len(run.verdicts)}"


def fenced(text: str) -> list[str]:
    """Return the lines of a text with a fence around it that the text does not have."""
    told = [harmless(line).rstrip() for line in text.split("\n")]
    fence = "`" * (max([2, *map(len, re.findall("`+", text))]) + 1)
    return [f"{fence}text", *told, fence]


def as_it_stands(text: str) -> str:
    """Return a text that Markdown shows as it stands: each sign of ASCII may be escaped."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join(harmless(text).split()))
