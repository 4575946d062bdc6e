"""What several verdicts say of a run: nothing is green that should not be."""

from __future__ import annotations

from dataclasses import replace

import pytest
from played import hello

from lab.observation.run import Run
from lab.observation.verdict import Outcome, Verdict

HOLDS = Verdict("test_it", Outcome.HOLDS)
FAILS = Verdict("test_it_not", Outcome.FAILS)
INCONCLUSIVE = Verdict("test_who_knows", Outcome.INCONCLUSIVE)


@pytest.mark.parametrize(
    ("verdicts", "outcome"),
    [
        ([HOLDS, HOLDS], Outcome.HOLDS),
        ([HOLDS, FAILS], Outcome.FAILS),
        ([HOLDS, INCONCLUSIVE], Outcome.INCONCLUSIVE),
        ([INCONCLUSIVE, FAILS], Outcome.FAILS),
        ([], Outcome.INCONCLUSIVE),
    ],
)
def test_a_run_holds_only_if_all_its_expectations_were_judged_and_hold(
    verdicts: list[Verdict], outcome: Outcome
) -> None:
    assert Run.of(hello().observation(), tuple(verdicts)).outcome is outcome


def test_a_run_that_is_no_evidence_is_not_judged_whatever_its_verdicts_say() -> None:
    observation = hello().observation(inconclusive=("the capture lost packets",))
    assert Run.of(observation, (HOLDS,)).outcome is Outcome.INCONCLUSIVE
    assert Run.of(observation, (FAILS,)).outcome is Outcome.INCONCLUSIVE


def test_a_program_that_failed_makes_a_run_fail() -> None:
    play = hello()
    play.transcripts["client"] = replace(
        play.transcripts["client"], stopped_for="it had not ended after 10 s"
    )
    assert Run.of(play.observation(), (HOLDS,)).outcome is Outcome.FAILS


def test_an_expectation_reads_as_a_sentence() -> None:
    verdict = Verdict("test_the_client_hears_both_messages", Outcome.HOLDS)
    assert verdict.sentence == "the client hears both messages"


def test_a_docstring_says_it_instead_of_the_name() -> None:
    verdict = Verdict("test_it[4 KiB]", Outcome.HOLDS, said="The page arrives whole")
    assert verdict.sentence == "The page arrives whole [4 KiB]"
