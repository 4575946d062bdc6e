"""Submissions judged, each on hosts as new: what is still to be played, and what all comes to."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path

from lab.clone import Clone
from lab.hosts.docker.apt import Say
from lab.observation.run import Run
from lab.observation.verdict import Outcome
from lab.runner.staging import Staging
from lab.scenario import catalogue, words
from lab.scenario.assignment import Assignment
from lab.scenario.files import files_of
from lab.scenario.points import Points, points_of
from lab.scenario.scenario import Scenario
from lab.suite.grading.alike import pairs
from lab.suite.grading.journal import Attempt, Journal
from lab.suite.grading.results import Graded, Results, State, graded
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
    program, in seconds; without one the scenario's deadlines hold. ``labs`` play at once, on each
    of the engines ``on``. With an ``assignment`` each student has words of her own.
    """

    families: tuple[Family, ...]
    attempts: int = 1
    deadline: float | None = None
    labs: int = 1
    assignment: Assignment | None = None
    on: tuple[str, ...] = ()


def worth_of(scenario: Scenario) -> dict[str, Points]:
    """Return what each expectation of a scenario is worth, by its name, in their order."""
    module = catalogue.module_of(scenario.folder / catalogue.FILE)
    names = dict.fromkeys(catalogue.expectations(module))
    found = {name: points_of(getattr(module, name)) for name in names}
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
    session = _Session(clone, scenario, rules, Journal(folder / JOURNAL), keep, progress, say)
    plan = session.plan(submissions)
    session.play(plan)
    worth = worth_of(scenario)
    found = []
    for each in submissions:
        attempts = [session.journal[due.key] for due in plan if due.submission is each]
        found.append(graded(each.name, each.folder, worth, attempts, each.problem))
    borrowed = session.borrowed(submissions, found)
    found = [replace(each, note=borrowed.get(each.name, "")) for each in found]
    alike = pairs(
        {each.name: each.files for each in submissions if each.files},
        files_of(scenario.folder).values(),
    )
    return Results(scenario.name, scenario.summary, tuple(found), tuple(alike))


@dataclass(frozen=True)
class _Due:
    """A run that is to be judged; ``words`` are those that its student knows beforehand.

    ``lender`` is whose words they are, where they are another student's.
    """

    submission: Submission
    family: Family
    attempt: int
    key: str
    words: Mapping[str, str]
    lender: str = ""

    @property
    def name(self) -> str:
        """What it is called among its submission's runs: ``ipv4``, or ``ipv4-2`` for the second."""
        return self.family.value if self.attempt == 1 else f"{self.family.value}-{self.attempt}"


@dataclass(frozen=True)
class _Session:
    """One grading: what is played, and where that is noted."""

    clone: Clone
    scenario: Scenario
    rules: Rules
    journal: Journal
    keep: Kept
    progress: Say
    say: Say

    @cached_property
    def _told(self) -> str:
        """What tells the scenario, as it is now, from any other."""
        return _digest(self.scenario.folder)

    def plan(self, submissions: Sequence[Submission]) -> list[_Due]:
        """Return all runs that the results are made of."""
        numbers = range(1, self.rules.attempts + 1)
        due: list[_Due] = []
        for each in submissions:
            if not each.problem:
                own = self._words_of(each.name)
                due += [
                    self._due(each, family, at, own) for family in self._families for at in numbers
                ]
        return due

    def play(self, plan: Sequence[_Due]) -> None:
        """Judge those that are not judged, and again those that are inconclusive."""
        from lab.suite.in_process import judge  # noqa: PLC0415 - pytest is slow to load

        file = self.scenario.folder / catalogue.FILE
        for turn in range(ROUNDS):
            todo = [each for each in plan if not self.journal.is_judged(each.key)]
            if not todo:
                break
            if turn:
                again = sorted({each.submission.name for each in todo})
                self.say(f"playing again what could not be judged: {', '.join(again)}")
            by_case = {self._case(each, at): each for at, each in enumerate(todo, start=1)}
            finished = partial(self._finished, by_case)
            labs, on, hosts = self.rules.labs, self.rules.on, self.scenario.hosts
            with playing(self.clone, labs, self.say, hosts, on=on, apart=True) as player:
                judging = Judging(partial(_all_of, list(by_case)), player, finished)
                judge(self.clone, [file], judging, self.progress)

    def borrowed(
        self, submissions: Sequence[Submission], found: Sequence[Graded]
    ) -> dict[str, str]:
        """Return which submissions work with another student's words, by their names."""
        if self.rules.assignment is None:
            return {}
        own = {each.name: self._words_of(each.name) for each in submissions}
        failed = {each.name for each in found if each.score is not None and not each.problem}
        failed -= {each.name for each in found if each.state is State.HOLDS}
        plan = [
            replace(self._due(each, self._families[0], 1, own[lender]), lender=lender)
            for each in submissions
            if each.name in failed
            for lender in own
            if lender != each.name and _uses(each, own[lender])
        ]
        self.play(plan)
        notes = {}
        for due in plan:
            attempt = self.journal[due.key]
            outcomes = {each.outcome for each in attempt.judgements}
            if not attempt.reason and outcomes == {Outcome.HOLDS.value}:
                notes[due.submission.name] = f"it works with the words of {due.lender}"
        return notes

    @property
    def _families(self) -> list[Family]:
        return [each for each in self.scenario.families if each in self.rules.families]

    def _words_of(self, student: str) -> dict[str, str]:
        assignment = self.rules.assignment
        return {} if assignment is None else assignment.words_of(student)

    def _due(
        self, submission: Submission, family: Family, attempt: int, own: Mapping[str, str]
    ) -> _Due:
        told = (self._told, self.rules.deadline, sorted(own.items()))
        key = _hash(f"{submission.digest} {told!r} {family.value} {attempt}")
        return _Due(submission, family, attempt, key, own)

    def _case(self, due: _Due, number: int) -> Case:
        deadline = self.rules.deadline
        scale = 1.0 if deadline is None else deadline / self.scenario.deadline
        spoken = {**words.draw(self.scenario.folder), **due.words} if due.words else None
        staging = Staging(due.submission.files, deadline_scale=scale, words=spoken)
        return Case(self.scenario, due.family, staging, due.submission.name, number)

    def _finished(self, by_case: Mapping[Case, _Due], case: Case, run: Run) -> None:
        due = by_case[case]
        if not due.lender:
            self.keep(due.submission, due.name, run)
        self.journal.add(Attempt.of(due.key, run))


def _uses(submission: Submission, own: Mapping[str, str]) -> bool:
    """Whether a word of another student's stands in a submission."""
    text = b"\0".join(submission.files.values())
    return any(word.encode() in text for name, word in own.items() if name not in words.PLAIN)


def _all_of(cases: list[Case], _: Scenario) -> list[Case]:
    return cases


def _digest(folder: Path) -> str:
    """Return what tells a scenario's files from any others."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    files = [
        (path.relative_to(folder).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest())
        for path in paths
        if "__pycache__" not in path.relative_to(folder).parts
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
