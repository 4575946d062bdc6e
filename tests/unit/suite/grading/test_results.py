"""What a submission comes to: shares of points, and never a mark without evidence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from played import hello

from lab.errors import ScenarioInvalid
from lab.observation.run import Run
from lab.observation.verdict import Outcome, Verdict
from lab.scenario.points import Points, points, points_of
from lab.suite.grading.journal import Attempt, Journal, Judgement
from lab.suite.grading.results import Graded, State, graded

HOLDS, FAILS, UNKNOWN = (each.value for each in Outcome)
WORTH = {"test_a": Points(2), "test_b": Points(1)}


def attempt(family: str = "ipv4", reason: str = "", **outcomes: str) -> Attempt:
    judged = tuple(
        Judgement(name, outcome, "" if outcome == HOLDS else f"no {name}")
        for name, outcome in outcomes.items()
    )
    return Attempt("key", family, judged, reason)


def of(*attempts: Attempt, problem: str = "") -> Graded:
    return graded("ann", "ann", WORTH, attempts, problem)


def test_what_holds_earns_its_points() -> None:
    found = of(attempt(test_a=HOLDS, test_b=FAILS))
    assert (found.score, found.most, found.state) == (2, 3, State.FAILS)
    assert [mark.state for mark in found.marks] == [State.HOLDS, State.FAILS]
    assert found.marks[1].detail == "no test_b"


def test_each_ip_version_and_each_parameter_is_a_share() -> None:
    found = of(attempt(test_a=HOLDS, test_b=HOLDS), attempt("ipv6", test_a=FAILS, test_b=HOLDS))
    assert found.score == 2
    assert found.marks[0].detail == "IPv6: no test_a"
    judged = [Judgement(f"test_a[{case}]", HOLDS) for case in "xyz"]
    judged += [Judgement("test_a[w]", FAILS, "nothing"), Judgement("test_b", HOLDS)]
    found = of(Attempt("key", "ipv4", tuple(judged)))
    assert found.score == 2.5
    assert found.marks[0].detail == "a [w]: nothing"


def test_what_holds_twice_of_three_times_is_not_stable() -> None:
    tries = [attempt(test_a=each, test_b=HOLDS) for each in (HOLDS, FAILS, HOLDS)]
    found = of(*tries)
    assert found.state is found.marks[0].state is State.UNSTABLE
    assert found.marks[0].detail == "it held 2 times of 3, and then: no test_a"
    assert found.score == 1


@pytest.mark.parametrize(
    "made",
    [attempt(reason="a capture is not whole"), attempt(test_a=UNKNOWN, test_b=HOLDS), attempt()],
)
def test_what_is_inconclusive_is_never_a_mark(made: Attempt) -> None:
    found = of(made)
    assert found.score is None
    assert found.state is State.INCONCLUSIVE
    assert of(attempt("ipv6", test_a=HOLDS, test_b=HOLDS), made).score is None
    assert of().score is None


def test_what_cannot_be_played_earns_nothing_and_says_why() -> None:
    found = of(problem="client.py is not in it")
    assert found.score == 0
    assert {mark.detail for mark in found.marks} == {"client.py is not in it"}


def test_points_stand_beside_an_expectation() -> None:
    @points(2, group="IPv6", hidden=True, hint="Read RFC 4291.")
    def test_it() -> None: ...

    assert points_of(test_it) == Points(2, "IPv6", True, "Read RFC 4291.")
    assert points_of(len) == Points(1)
    for wrong in (-1, float("nan"), float("inf"), True, "2"):
        with pytest.raises(ScenarioInvalid, match=r"@points\(2\)"):
            points(wrong)  # type: ignore[arg-type]


def test_an_attempt_keeps_what_a_run_says() -> None:
    observation = hello().observation()
    run = Run.of(observation, (Verdict("test_a", Outcome.HOLDS), Verdict("test_b", Outcome.FAILS)))
    assert Attempt.of("key", run).reason == ""
    assert Attempt.of("key", run.judged(())).reason == "nothing was judged"
    lost = Run.of(replace(observation, inconclusive=("the capture lost 3 packets",)))
    assert Attempt.of("key", lost).reason == "the capture lost 3 packets"
    slip = run.judged((Verdict("test_a", Outcome.INCONCLUSIVE, "a typo\nTry: mend"),))
    assert Attempt.of("key", slip).reason == "a typo"


def test_the_journal_goes_on_where_a_writer_was_killed(tmp_path: Path) -> None:
    path = tmp_path / "grades" / "journal.jsonl"
    journal = Journal(path)
    one = attempt(test_a=HOLDS, test_b=FAILS)
    journal.add(replace(one, key="1"))
    journal.add(replace(one, key="2"))
    whole = path.read_bytes()
    for cut in range(len(whole) // 2, len(whole)):
        path.write_bytes(whole[:cut])
        again = Journal(path)
        assert again.is_judged("1")
        assert again.is_judged("2") == (cut == len(whole) - 1)
        again.add(replace(one, key="3"))
        assert Journal(path)["3"] == replace(one, key="3")


def test_what_is_inconclusive_is_not_taken_for_judged(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    journal.add(attempt(reason="lost"))
    assert not Journal(tmp_path / "journal.jsonl").is_judged("key")
    journal.add(attempt(test_a=HOLDS))
    assert Journal(tmp_path / "journal.jsonl").is_judged("key")


def test_a_journal_that_somebody_has_damaged_gives_nothing(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_text('3\n[]\n{"key": 1}\nnull\n{"judgements": [1]}\n\xff\n{"key"')
    journal = Journal(path)
    assert not journal.is_judged("1")
    path.unlink()
    path.symlink_to("/etc/passwd")
    assert not Journal(path).is_judged("1")
