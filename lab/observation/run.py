"""One scenario, played once over one IP version, and what became of each expectation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from lab.observation.observation import Observation
from lab.observation.verdict import Outcome, Verdict
from lab.wire.address import Family


@dataclass(frozen=True, eq=False)
class Run:
    """One scenario, played once over one IP version, and what became of each expectation.

    ``scenario`` is its name. ``observation`` is None where nothing could be observed; ``reason``
    then says why, in a sentence. Two runs are never equal: each happened once.
    """

    scenario: str
    family: Family
    observation: Observation | None = None
    verdicts: tuple[Verdict, ...] = ()
    reason: str = ""

    @classmethod
    def of(cls, observation: Observation, verdicts: tuple[Verdict, ...] = ()) -> Run:
        """Return the run that gave this observation."""
        return cls(observation.scenario, observation.family, observation, verdicts)

    def judged(self, verdicts: tuple[Verdict, ...]) -> Run:
        """Return the same run with other verdicts."""
        return replace(self, verdicts=verdicts)

    @property
    def name(self) -> str:
        """What the run is called: ``tcp_connect over IPv4``."""
        return f"{self.scenario} over {self.family.label}"

    @property
    def outcome(self) -> Outcome:
        """What became of the run: it holds only where something was judged and all of it holds.

        A reason why nothing can be said outweighs everything else. A program that failed makes the
        run fail even where no expectation noticed. A run without expectations is inconclusive.
        """
        if self.observation is None or self.observation.inconclusive or not self.verdicts:
            return Outcome.INCONCLUSIVE
        outcomes = {verdict.outcome for verdict in self.verdicts}
        if Outcome.FAILS in outcomes or self.observation.failures:
            return Outcome.FAILS
        return Outcome.INCONCLUSIVE if Outcome.INCONCLUSIVE in outcomes else Outcome.HOLDS

    @property
    def holds(self) -> int:
        """How many of its expectations hold."""
        return sum(verdict.outcome is Outcome.HOLDS for verdict in self.verdicts)


def worst(runs: Iterable[Run]) -> Outcome:
    """Return the outcome of all together: no run at all could not be judged."""
    outcomes = {run.outcome for run in runs}
    if not outcomes or Outcome.INCONCLUSIVE in outcomes:
        return Outcome.INCONCLUSIVE
    return Outcome.FAILS if Outcome.FAILS in outcomes else Outcome.HOLDS
