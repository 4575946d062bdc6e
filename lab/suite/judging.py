"""What a session of pytest judges: the cases of scenarios, and who is told of each run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from lab.errors import CouldNotJudge
from lab.observation.observation import Observation
from lab.observation.run import Run
from lab.runner.staging import Staging
from lab.scenario.scenario import Scenario
from lab.wire.address import Family

AFTER = -1
"""The number of the case that is played after a scenario's breaks."""


class Inconclusive(CouldNotJudge):
    """A run was made, and its observation says why nothing can be concluded from it."""


@dataclass(frozen=True, eq=False)
class Case:
    """A scenario to be played over one IP version: as it is, or broken as ``sentence`` says.

    ``number`` tells the breaks of a scenario apart; 0 is the scenario as it is, ``AFTER`` the same
    once more, after the breaks.
    """

    scenario: Scenario
    family: Family
    staging: Staging = field(default_factory=Staging)
    sentence: str = ""
    number: int = 0

    @property
    def id(self) -> str:
        """The case in the name of a test: ``ipv4``, or ``ipv4.3`` for the third break."""
        which = {0: "", AFTER: ".after"}.get(self.number, f".{self.number}")
        return f"{self.family.value}{which}"


class Player(Protocol):
    """Gives the observation of a case, by playing it or from what is kept."""

    def begin(self, cases: Sequence[Case]) -> None:
        """Learn which cases will be asked for, in this order."""

    def observe(self, case: Case) -> Observation:
        """Return what a case showed; raises LabError where nothing can be observed."""


@dataclass(frozen=True)
class Judging:
    """One session of pytest over scenarios.

    ``cases`` gives the cases of a scenario. ``finished`` is called with each case and its run, as
    soon as all its expectations are judged. Without a ``player`` the session opens the lab.
    ``is_told`` is whether anybody reads why an expectation failed: a proof wants to know that only.
    """

    cases: Callable[[Scenario], Sequence[Case]]
    player: Player | None
    finished: Callable[[Case, Run], None]
    is_told: bool = True


def plain_cases(families: Iterable[Family]) -> Callable[[Scenario], list[Case]]:
    """Return what gives a scenario's cases as it is, over those of the IP versions it is for."""
    chosen = frozenset(families)

    def cases(scenario: Scenario) -> list[Case]:
        return [Case(scenario, family) for family in scenario.families if family in chosen]

    return cases
