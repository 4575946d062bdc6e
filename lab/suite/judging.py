"""What a pytest session judges: cases of scenarios, whoever plays them, whoever learns of runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Protocol

from lab.clone import Clone
from lab.errors import CouldNotJudge, LabError, UnknownName
from lab.hosts.running_lab import RunningLab
from lab.observation import store
from lab.observation.observation import Observation
from lab.observation.run import Run
from lab.observation.verdict import Verdict
from lab.runner.run import Staging, observe
from lab.scenario.scenario import Scenario
from lab.wire.address import Family


class Inconclusive(CouldNotJudge):
    """A run was made, and its observation says why nothing can be concluded from it."""


@dataclass(frozen=True, eq=False)
class Case:
    """A scenario to be played over one IP version: as it is, or broken as ``sentence`` says.

    ``number`` tells the breaks of a scenario apart; 0 is the scenario as it is.
    """

    scenario: Scenario
    family: Family
    staging: Staging = field(default_factory=Staging)
    sentence: str = ""
    number: int = 0

    @property
    def id(self) -> str:
        """The case in the name of a test: ``ipv4``, or ``ipv4.3`` for the third break."""
        return f"{self.family.value}.{self.number}" if self.number else self.family.value


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
    """

    cases: Callable[[Scenario], Sequence[Case]]
    player: Player | None
    finished: Callable[[Case, Run], None]


class OnLab:
    """Plays cases on a running lab, one after the other."""

    def __init__(self, lab: RunningLab, known_hosts: Iterable[str]) -> None:
        self._lab = lab
        self._known_hosts = tuple(known_hosts)

    def begin(self, cases: Sequence[Case]) -> None:
        """Bring up at once every host that the cases need, which is faster than one by one.

        What goes wrong is told by each run that needs the host: the others go on.
        """
        with suppress(LabError):
            self._lab.ensure(sorted({host for case in cases for host in case.scenario.hosts}))

    def observe(self, case: Case) -> Observation:
        """Play a case and return what it showed; raises LabError where it cannot begin."""
        case.scenario.check(self._known_hosts)
        return observe(self._lab, case.scenario, case.family, staging=case.staging)


class Kept:
    """Gives the runs that the clone keeps, so that they are judged again without an engine."""

    def __init__(self, clone: Clone) -> None:
        self._clone = clone
        self._verdicts: dict[Case, tuple[Verdict, ...]] = {}

    def begin(self, cases: Sequence[Case]) -> None:
        """Nothing has to be prepared."""

    def says_the_same(self, case: Case, run: Run) -> bool:
        """Whether the verdicts on a run are those that are kept, however long they took."""
        before = self._verdicts.get(case, ())
        return [replace(each, duration=0) for each in before] == [
            replace(each, duration=0) for each in run.verdicts
        ]

    def has(self, scenario: Scenario, family: Family) -> bool:
        """Whether a run of the scenario over this IP version is kept."""
        return (self._clone.results(scenario.name, family.value) / store.RECORD).is_file()

    def observe(self, case: Case) -> Observation:
        """Return what the kept run of a case showed.

        Raises UnknownName where none is kept, UsageError or CaptureUnreadable where it is broken.
        """
        name, family = case.scenario.name, case.family
        if case.number or not self.has(case.scenario, family):
            raise UnknownName(
                f"looking for a run of {name} over {family.label}",
                "none is kept in out/",
                f"lab run {name}",
            )
        run = store.load(self._clone.results(name, family.value))
        if run.observation is None:
            raise CouldNotJudge(f"judging {run.name}", run.reason, f"lab run {name}")
        self._verdicts[case] = run.verdicts
        return run.observation


class KeptFirst:
    """Gives the kept runs of scenarios that are not broken, and has everything else played."""

    def __init__(self, kept: Kept, player: Player) -> None:
        self._kept = kept
        self._player = player

    def begin(self, cases: Sequence[Case]) -> None:
        """Have the other player prepare what it will play."""
        self._player.begin([case for case in cases if not self._is_kept(case)])

    def observe(self, case: Case) -> Observation:
        """Return what a case showed."""
        return (self._kept if self._is_kept(case) else self._player).observe(case)

    def _is_kept(self, case: Case) -> bool:
        return not case.number and self._kept.has(case.scenario, case.family)


def plain_cases(families: Iterable[Family]) -> Callable[[Scenario], list[Case]]:
    """Return what gives a scenario's cases as it is, over those of the IP versions it is for."""
    chosen = frozenset(families)

    def cases(scenario: Scenario) -> list[Case]:
        return [Case(scenario, family) for family in scenario.families if family in chosen]

    return cases
