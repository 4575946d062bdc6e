"""What many runs come to: one outcome, one exit status, and never green by mistake."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from played import hello

from lab.clone import Clone
from lab.errors import UnknownName
from lab.observation import record, store
from lab.observation.run import Run
from lab.observation.verdict import Outcome, Verdict
from lab.scenario import catalogue
from lab.story.terminal.render import render_text
from lab.story.timeline.timeline import Timeline
from lab.suite import suite
from lab.wire.address import Family

HOLDS = Verdict("test_it", Outcome.HOLDS)
FAILS = Verdict("test_it", Outcome.FAILS, "assert 1 == 2")
INCONCLUSIVE = Verdict("test_it", Outcome.INCONCLUSIVE, "the engine does not answer")


def nowhere(_: Run) -> None:
    """Keep no run."""


def ran(*verdicts: Verdict, **observed: object) -> Run:
    """Return a run that was made, with these verdicts."""
    return Run.of(hello().observation("hello", **observed), verdicts)


NEVER_RAN = Run("hello", Family.IPV6, reason="the engine does not answer")


@pytest.mark.parametrize(
    ("runs", "status"),
    [
        ([ran(HOLDS), ran(HOLDS)], 0),
        ([ran(HOLDS), ran(HOLDS, FAILS)], 1),
        ([ran(HOLDS), ran(INCONCLUSIVE)], 3),
        ([ran(FAILS), NEVER_RAN], 3),
        ([ran(HOLDS), ran()], 3),
        ([ran(HOLDS, inconclusive=("the capture lost packets",))], 3),
        ([], 3),
    ],
)
def test_the_exit_status_is_0_only_if_all_was_judged_and_holds(
    runs: list[Run], status: int
) -> None:
    assert suite.exit_status(runs) == status


def test_a_run_that_never_began_is_recorded_with_its_reason() -> None:
    assert NEVER_RAN.outcome is Outcome.INCONCLUSIVE
    assert record.to_json(NEVER_RAN) == {
        "scenario": "hello",
        "family": "ipv6",
        "inconclusive": ["the engine does not answer"],
    }


def test_a_run_is_told_with_its_expectations() -> None:
    run = ran(HOLDS, FAILS)
    assert "1 of 2 expectations" in render_text(Timeline.of(run), width=80, color=False)
    assert record.to_json(ran(FAILS))["outcome"] == "does not hold"


def test_no_scenario_needs_no_engine(tmp_path: Path) -> None:
    assert suite.run(Clone(tmp_path), [], Family, nowhere, print, print) == []
    assert not (tmp_path / "out").exists()


def test_two_runs_that_could_not_begin_are_two() -> None:
    first, second = (Run("hello", Family.IPV4, reason="it is down") for _ in range(2))
    assert first != second


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """Give a clone whose scenario hello was run over IPv4 and kept."""
    folder = tmp_path / "scenarios" / "hello"
    folder.mkdir(parents=True)
    (folder / "scenario.py").write_text(
        "from lab import Command, Scenario\n"
        'scenario = Scenario(client=Command("true"), server=Command("true"))\n'
        "def test_the_client_hears_the_answer(observed):\n"
        '    assert observed.client.stdout[0] == "Hello Yourself"\n'
    )
    kept = Clone(tmp_path)
    store.save(kept.results("hello", "ipv4"), ran())
    return kept


def judged(clone: Clone) -> list[Run]:
    """Return the kept runs of a clone, judged again."""
    scenarios = catalogue.select(clone.scenarios, ())
    return suite.judge_kept(clone, scenarios, Family, nowhere, print)


def test_a_kept_run_is_judged_again_without_an_engine(clone: Clone) -> None:
    (run,) = judged(clone)
    assert (run.name, run.outcome, len(run.verdicts)) == ("hello over IPv4", Outcome.HOLDS, 2)


def test_an_expectation_that_was_changed_is_judged_as_it_reads_now(clone: Clone) -> None:
    path = clone.scenarios / "hello" / "scenario.py"
    path.write_text(path.read_text().replace("Hello Yourself", "Good day"))
    (run,) = judged(clone)
    assert [verdict.outcome for verdict in run.verdicts] == [Outcome.FAILS, Outcome.HOLDS]


def test_where_no_run_is_kept_there_is_nothing_to_judge(clone: Clone) -> None:
    shutil.rmtree(clone.out)
    with pytest.raises(UnknownName, match="looking for runs of hello"):
        judged(clone)


def test_a_kept_run_that_is_broken_is_inconclusive(clone: Clone) -> None:
    (clone.results("hello", "ipv4") / "observation.json").write_text("{")
    (run,) = judged(clone)
    assert (run.outcome, run.observation) == (Outcome.INCONCLUSIVE, None)
    assert "it is not JSON" in run.reason
