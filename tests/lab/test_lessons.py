"""What READMEs tell is what happens: each story in them is compared with real runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab.cli import lesson
from lab.clone import Clone
from lab.errors import UsageError
from lab.scenario import catalogue

CLONE = Clone(Path(__file__).resolve().parents[2])
RUNS = 8
READMES = [
    *(CLONE.root / each for each in lesson.DOCUMENTS),
    *(folder / "README.md" for folder in catalogue.folders(CLONE.scenarios)),
]
KEPT = lesson.kept_runs(CLONE)


def false_in_the_kept_run(readme: Path) -> list[str]:
    """Return the stories that are not what the run in ``out/`` showed, or that no run is kept."""
    try:
        return lesson.check(CLONE, KEPT, readme)
    except UsageError as error:
        return [str(error)]


@pytest.mark.parametrize("readme", READMES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_stories_of_a_readme_are_what_happens(
    readme: Path, request: pytest.FixtureRequest
) -> None:
    # Who closes first, or whether two messages share a segment, can be a race: a README tells one
    # of the ways in which it goes, and that way must come up again.
    false, runs = false_in_the_kept_run(readme), 1
    while false and runs < RUNS:
        observed = lesson.new_runs(CLONE, request.getfixturevalue("network"))
        false, runs = lesson.check(CLONE, observed, readme), runs + 1
    assert not false, "lab lesson --write"
