"""What became of an expectation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from lab.observation.evidence import Pointer
from lab.observation.sentence import sentence_of


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
    ``said`` is the function's docstring, which says it better than its name where there is one.
    """

    expectation: str
    outcome: Outcome
    detail: str = ""
    duration: float = 0.0
    pointers: tuple[Pointer, ...] = ()
    said: str = ""

    @property
    def sentence(self) -> str:
        """The expectation as a sentence: what its docstring says, else its name as a sentence."""
        if not self.said:
            return sentence_of(self.expectation)
        _, bracket, case = self.expectation.partition("[")
        return f"{self.said} {bracket}{case}".rstrip()
