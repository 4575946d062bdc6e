"""Submissions judged, each on hosts as new: what is still to be played, and what all comes to."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from lab.clone import Clone
from lab.hosts.docker.apt import Say
from lab.observation.run import Run
from lab.runner.staging import Staging
from lab.scenario import catalogue
from lab.scenario.points import Points, points_of
from lab.scenario.scenario import Scenario
from lab.suite.grading.journal import Attempt, Journal
from lab.suite.grading.results import Results, graded
from lab.suite.grading.submission import Submission
from lab.suite.judging import Case, Judging
from lab.suite.scenario_module import DEFAULT
from lab.suite.suite import playing
from lab.wire.address import Family

JOURNAL = "journal.jsonl"

ROUNDS = 3
"""How often what is inconclusive is played at the most."""

Kept = Callable[[Submission, str, Run], None]


@dataclass(frozen=True)
class Rules:
    """How submissions are judged.

    ``attempts`` is how often each is played over each of ``families``. ``deadline`` bounds each
    program, in seconds; without one the scenario's deadlines hold. ``labs`` play at once.
    """

    families: tuple[Family, ...]
    attempts: int = 1
    deadline: float | None = None
    labs: int = 1


def worth_of(scenario: Scenario) -> dict[str, Points]:
    """Return what each expectation of a scenario is worth, by its name, in their order."""
    module = catalogue.module_of(scenario.folder / catalogue.FILE)
    found = {
        name: points_of(getattr(module, name))
        for name in dict.fromkeys([*catalogue.expectations(module)])
    }
    return found if DEFAULT in found else {**found, DEFAULT: Points()}


def grade(
    clone: Clone,
    scenario: Scenario,
    submissions: Sequence[Submission],
    rules: Rules,
    folder: Path,
    keep: Kept,
    progress: Say,
    say: Say,
) -> Results:
    """Judge submissions that are not judged yet, and return what all of them come to.

    ``folder`` holds the journal. ``keep`` is given each run with the name of its folder. Raises
    LabError where the lab cannot play; what is judged until then stays judged.
    """
    from lab.suite.in_process import judge  # noqa: PLC0415 - pytest is slow to load

    journal = Journal(folder / JOURNAL)
    plan = _plan(scenario, submissions, rules)
    for turn in range(ROUNDS):
        todo = [each for each in plan if not journal.is_judged(each.key)]
        if not todo:
            break
        if turn:
            again = sorted({each.submission.name for each in todo})
            say(f"playing again what could not be judged: {', '.join(again)}")
        by_case = {each.case(scenario, rules, at): each for at, each in enumerate(todo, start=1)}

        def finished(case: Case, run: Run, by_case: Mapping[Case, _Due] = by_case) -> None:
            due = by_case[case]
            keep(due.submission, due.name, run)
            journal.add(Attempt.of(due.key, run))

        with playing(clone, rules.labs, say, scenario.hosts, apart=True) as player:
            judging = Judging(partial(_all_of, list(by_case)), player, finished)
            judge(clone, [scenario.folder / catalogue.FILE], judging, progress)
    worth = worth_of(scenario)
    found = []
    for submission in submissions:
        attempts = [journal[each.key] for each in plan if each.submission is submission]
        found.append(
            graded(submission.name, submission.folder, worth, attempts, submission.problem)
        )
    return Results(scenario.name, scenario.summary, tuple(found))


@dataclass(frozen=True)
class _Due:
    """A run that is to be judged."""

    submission: Submission
    family: Family
    attempt: int
    key: str

    @property
    def name(self) -> str:
        """What it is called among its submission's runs: ``ipv4``, or ``ipv4-2`` for the second."""
        return self.family.value if self.attempt == 1 else f"{self.family.value}-{self.attempt}"

    def case(self, scenario: Scenario, rules: Rules, number: int) -> Case:
        """Return it as something to play."""
        scale = 1.0 if rules.deadline is None else rules.deadline / scenario.deadline
        staging = Staging(self.submission.files, deadline_scale=scale)
        return Case(scenario, self.family, staging, self.submission.name, number)


def _plan(scenario: Scenario, submissions: Sequence[Submission], rules: Rules) -> list[_Due]:
    """Return all runs that the results are made of."""
    rest = repr((_digest(scenario.folder), rules.deadline))
    return [
        _Due(each, family, attempt, _hash(f"{each.digest} {rest} {family.value} {attempt}"))
        for each in submissions
        if not each.problem
        for family in scenario.families
        if family in rules.families
        for attempt in range(1, rules.attempts + 1)
    ]


def _all_of(cases: list[Case], _: Scenario) -> list[Case]:
    return cases


def _digest(folder: Path) -> str:
    """Return what tells a scenario's files from any others."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    names = [path.relative_to(folder).as_posix() for path in paths]
    files = [
        (name, hashlib.sha256(path.read_bytes()).hexdigest())
        for name, path in zip(names, paths, strict=True)
        if "__pycache__" not in name
    ]
    return _hash(repr(files))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def visible(run: Run, worth: Mapping[str, Points]) -> Run:
    """Return a run with the verdicts that a student is told of."""
    told = [
        each
        for each in run.verdicts
        if not worth.get(each.expectation.partition("[")[0], Points()).hidden
    ]
    return replace(run, verdicts=tuple(told))
