"""What many runs come to: one outcome, one exit status, and never green by mistake."""

from __future__ import annotations

from pathlib import Path

import pytest
from played import hello

from lab.clone import Clone
from lab.observation.observation import Observation
from lab.observation.verdict import Outcome, Verdict
from lab.scenario.program import Program
from lab.scenario.scenario import Scenario
from lab.suite import suite
from lab.suite.plugin import Run
from lab.suite.run_result import RunResult
from lab.wire.address import Family

HOLDS = Verdict("test_it", Outcome.HOLDS)
FAILS = Verdict("test_it", Outcome.FAILS, "assert 1 == 2")
INCONCLUSIVE = Verdict("test_it", Outcome.INCONCLUSIVE, "the engine does not answer")
SCENARIO = Scenario(client=Program("client.py")).placed(Path("hello"))


def ran(*verdicts: Verdict, **observed: object) -> RunResult:
    """Return a run that was made, with these verdicts."""
    seen: Observation = hello().observation("hello", **observed)
    return RunResult(Run(SCENARIO, Family.IPV4, seen, list(verdicts)))


def never_ran() -> RunResult:
    """Return a run that could not begin."""
    return RunResult(Run(SCENARIO, Family.IPV6, None, [INCONCLUSIVE, INCONCLUSIVE]))


@pytest.mark.parametrize(
    ("results", "status"),
    [
        ([ran(HOLDS), ran(HOLDS)], 0),
        ([ran(HOLDS), ran(HOLDS, FAILS)], 1),
        ([ran(HOLDS), ran(INCONCLUSIVE)], 3),
        ([ran(FAILS), never_ran()], 3),
        ([ran(HOLDS), ran()], 3),
        ([ran(HOLDS, inconclusive=("the capture lost packets",))], 3),
        ([], 3),
    ],
)
def test_the_exit_status_is_0_only_if_all_was_judged_and_holds(
    results: list[RunResult], status: int
) -> None:
    assert suite.exit_status(results) == status


def test_a_run_that_never_began_says_why_once() -> None:
    result = never_ran()
    assert result.outcome is Outcome.INCONCLUSIVE
    assert result.row().reason == "the engine does not answer"
    assert result.document() == {
        "scenario": "hello",
        "family": "ipv6",
        "inconclusive": ["the engine does not answer"],
    }
    assert "hello over IPv6: could not be judged" in result.story(80, color=False)


def test_only_a_run_that_holds_has_nothing_more_to_tell() -> None:
    assert not ran(HOLDS).has_failed
    assert ran(FAILS).has_failed
    assert never_ran().has_failed


def test_a_run_is_told_with_its_expectations() -> None:
    row = ran(HOLDS, FAILS).row()
    assert (row.scenario, row.holds, row.expectations) == ("hello", 1, 2)
    assert "1 of 2 expectations" in ran(HOLDS, FAILS).story(80, color=False)
    assert ran(FAILS).document()["outcome"] == "does not hold"


def test_no_scenario_needs_no_engine(tmp_path: Path) -> None:
    assert suite.run(Clone(tmp_path), [], None, print, print) == []
    assert not (tmp_path / "out").exists()


def test_two_runs_that_could_not_begin_are_two() -> None:
    first, second = (Run(SCENARIO, Family.IPV4, None, [INCONCLUSIVE]) for _ in range(2))
    assert first != second
