"""A proof asks only whether an expectation holds: its outcomes are those of a run, and no more."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from played import hello

from lab.clone import Clone
from lab.observation.observation import Observation
from lab.observation.run import Run
from lab.observation.verdict import Outcome, Verdict
from lab.scenario import catalogue
from lab.suite.in_process import judge
from lab.suite.judging import Case, Judging, plain_cases
from lab.wire.address import Family

SCENARIO = """
import pytest
from lab import Command, Scenario
scenario = Scenario(client=Command("true"))
def test_holds(observed):
    assert observed.client.stdout != ["nothing of the kind"]
def test_compares(observed):
    assert observed.client.stdout == ["nothing of the kind"]
def test_unpacks(observed):
    one, two = [line for line in observed.client.stdout if line == "?"]
def test_has_a_slip(observed):
    assert observed.cleint.stdout
def test_divides(observed):
    assert 1 / len([line for line in observed.client.stdout if line == "?"])
@pytest.mark.parametrize("number", [1, 2])
def test_of_several(observed, number):
    assert number == 1
"""
EXPECTED = {
    "test_every_program_listened_and_ended_as_it_should": Outcome.HOLDS,
    "test_holds": Outcome.HOLDS,
    "test_compares": Outcome.FAILS,
    "test_unpacks": Outcome.FAILS,
    "test_has_a_slip": Outcome.INCONCLUSIVE,
    "test_divides": Outcome.FAILS,
    "test_of_several[1]": Outcome.HOLDS,
    "test_of_several[2]": Outcome.FAILS,
}


class ByHand:
    """Gives a run that was made by hand."""

    def begin(self, cases: Sequence[Case]) -> None:
        """Prepare nothing."""

    def observe(self, case: Case) -> Observation:
        """Return the run."""
        return hello(case.family).observation("hello")


def verdicts(root: Path, *, is_told: bool) -> dict[str, Verdict]:
    """Judge the scenario of a clone, for somebody who reads why or for nobody."""
    clone, runs = Clone(root), list[Run]()

    def finished(_: Case, run: Run) -> None:
        runs.append(run)

    judging = Judging(plain_cases([Family.IPV4]), ByHand(), finished, is_told=is_told)
    judge(clone, [catalogue.find(clone.scenarios, "hello") / catalogue.FILE], judging, print)
    return {each.expectation: each for each in runs[0].verdicts}


@pytest.mark.parametrize("is_told", [True, False])
def test_each_expectation_ends_the_same_whether_or_not_anybody_reads_why(
    tmp_path: Path, is_told: bool
) -> None:
    folder = tmp_path / "scenarios" / "hello"
    folder.mkdir(parents=True)
    (folder / "scenario.py").write_text(SCENARIO)
    found = verdicts(tmp_path, is_told=is_told)
    assert {name: each.outcome for name, each in found.items()} == EXPECTED
    words = found["test_compares"].detail + found["test_divides"].detail
    assert ("nothing of the kind" in words and "nothing was seen" in words) is is_told
