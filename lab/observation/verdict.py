"""What became of an expectation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from lab.observation.evidence import Pointer


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
    """Return a test function's name as a sentence: ``the client hears both messages``.

    The case of a parametrized one stands behind it: ``a page is served [hello.html]``.
    """
    name, bracket, case = expectation.partition("[")
    sentence = name.removeprefix("test_").replace("_", " ").strip()
    return f"{sentence} {bracket}{case}" if bracket else sentence
