"""The pages that are kept of runs: one beside each run's captures, with its lesson around it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from lab import page, results
from lab.observation import Observation
from lab.page.lesson import Lesson
from lab.scenario import Scenario
from lab.verdict import Verdict

NOT_SHOWN = ("scenario.py", "breaks.py")
"""Files of a scenario's folder that are the teacher's, not the lesson's."""

MOST_BYTES = 60_000
"""Larger files of a scenario's folder are left out."""


def write(
    folder: Path,
    observation: Observation,
    verdicts: Sequence[Verdict],
    scenario: Scenario | None = None,
) -> Path:
    """Write the page of a run into the folder that keeps it, and return where it is.

    Raises UsageError or NoSpace where it cannot be written.
    """
    name, family = observation.scenario, observation.family
    others = {
        f"The same over {other.label}": f"../{other.value}/{results.PAGE}"
        for other in (scenario.families if scenario else ())
        if other is not family
    }
    text = page.render(
        observation,
        verdicts,
        lesson_of(scenario, folder) if scenario else None,
        others=others,
        index="../../index.html" if scenario else "",
        command=f"lab run {name} --{family.value}" if scenario else "",
    )
    path = folder / results.PAGE
    results.put(path, text)
    return path


def lesson_of(scenario: Scenario, seen_from: Path) -> Lesson:
    """Return the lesson in a scenario's folder: its README and its programs."""
    readme = scenario.folder / "README.md"
    text = readme.read_text(encoding="utf-8", errors="replace") if readme.is_file() else ""
    programs = {
        path.name: path.read_text(encoding="utf-8", errors="replace")
        for path in sorted(scenario.folder.glob("*.py"))
        if path.name not in NOT_SHOWN and path.stat().st_size <= MOST_BYTES
    }
    return Lesson(
        title=scenario.summary,
        readme=text,
        programs=programs,
        home=os.path.relpath(scenario.folder, seen_from),
    )
