"""What READMEs tell is what happens: each story in them is compared with a run made now."""

from pathlib import Path

import pytest

from lab.cli import lesson
from lab.clone import Clone
from lab.hosts.running_lab import RunningLab
from lab.scenario import catalogue

CLONE = Clone(Path(__file__).resolve().parents[2])
RUNS = 4
READMES = [
    CLONE.root / "README.md",
    *(folder / "README.md" for folder in catalogue.folders(CLONE.scenarios)),
]


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.parent.name)
def test_the_stories_of_a_readme_are_what_happens(readme: Path, network: RunningLab) -> None:
    # Who closes first, or whether two messages share a segment, can be a race: a README tells one
    # of the ways in which it goes, and that way must come up again.
    seen = [lesson.check(CLONE, network, readme, write=False)]
    while seen[-1] and len(seen) < RUNS:
        seen.append(lesson.check(CLONE, network, readme, write=False))
    assert not seen[-1], "lab lesson --write"
