"""Verdicts: the outcome of each expectation, and the outcome of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from lab.observation.evidence import Pointer
from lab.observation.observation import Observation


class Outcome(Enum):
    """The three outcomes of an expectation, or of a run."""

    HOLDS = "holds"
    FAILS = "does not hold"
    INCONCLUSIVE = "could not be judged"

    @property
    def mark(self) -> str:
        """One character that tells the outcomes apart without colour."""
        return {Outcome.HOLDS: "✔", Outcome.FAILS: "✗", Outcome.INCONCLUSIVE: "?"}[self]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One expectation's outcome.

    ``expectation`` is the test function's name. ``detail`` says what was expected and what was
    seen, or why nothing can be said. ``duration`` is how long judging took, in seconds.
    ``pointers`` name the packets and lines where the run went wrong, as far as they are known.
    """

    expectation: str
    outcome: Outcome
    detail: str = ""
    duration: float = 0.0
    pointers: tuple[Pointer, ...] = ()

    @property
    def sentence(self) -> str:
        """The expectation as a sentence: the name without ``test_``, underscores as spaces."""
        return sentence_of(self.expectation)


def sentence_of(expectation: str) -> str:
    """Return a test function's name as a sentence: ``the client hears both messages``."""
    return expectation.removeprefix("test_").replace("_", " ").strip()


def overall(verdicts: Sequence[Verdict], observation: Observation) -> Outcome:
    """Return the outcome of a run: it holds if there are expectations and all of them hold.

    A run that is inconclusive, or without expectations, could not be judged. A program's failure
    makes the run fail even if no expectation noticed.
    """
    if observation.inconclusive or not verdicts:
        return Outcome.INCONCLUSIVE
    outcomes = {verdict.outcome for verdict in verdicts}
    if Outcome.FAILS in outcomes or observation.failures:
        return Outcome.FAILS
    return Outcome.INCONCLUSIVE if Outcome.INCONCLUSIVE in outcomes else Outcome.HOLDS
