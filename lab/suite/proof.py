"""The proof that a scenario's expectations can fail: each way to break it, and what went red."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from lab.clone import Clone
from lab.errors import CouldNotJudge, ScenarioInvalid
from lab.observation.run import Run
from lab.observation.sentence import sentence_of
from lab.observation.verdict import Outcome
from lab.runner.staging import Staging
from lab.scenario import catalogue
from lab.scenario.breaks import Break
from lab.scenario.files import files_of
from lab.scenario.scenario import Scenario
from lab.suite.in_process import Say, judge
from lab.suite.judging import AFTER, Case, Judging, Player
from lab.suite.scenario_module import DEFAULT
from lab.wire.address import Family

FILE = "breaks.py"
DEADLINE_SCALE = 0.1
"""Deadlines are this much shorter: a broken scenario mostly waits for what never comes."""

UNTRACED = "a proof traces programs only where scenario.py itself asks for .calls or .lines"
ASKS_FOR_CALLS = re.compile(r"\.(calls|lines)\b")
"""What an expectation asks that only a trace answers: calls, and when a line was printed."""

WHOLE = "nothing is broken"
UNBROKEN_AGAIN = "nothing is broken any more"


@dataclass(frozen=True)
class Trial:
    """One run of a proof: the scenario as it is, or broken as ``sentence`` says."""

    sentence: str
    run: Run

    @property
    def outcomes(self) -> dict[str, Outcome]:
        """What became of each expectation, by its name."""
        return {verdict.expectation: verdict.outcome for verdict in self.run.verdicts}

    @property
    def inconclusive(self) -> tuple[str, ...]:
        """Why nothing can be said; empty where something can."""
        observation = self.run.observation
        return (self.run.reason,) if observation is None else observation.inconclusive

    @property
    def family(self) -> Family:
        """The IP version that it was played over."""
        return self.run.family

    @property
    def failing(self) -> set[str]:
        """The expectations that fail in it."""
        return self.names(Outcome.FAILS)

    def __str__(self) -> str:
        return f"{self.sentence} ({self.family.label})"

    def names(self, outcome: Outcome) -> set[str]:
        """Return the expectations that ended so; none where the run is no evidence."""
        found = () if self.inconclusive else self.outcomes.items()
        return {name for name, each in found if each is outcome}


@dataclass(frozen=True)
class Proof:
    """All trials of one scenario: the unbroken runs, every break, the unbroken runs ``after``.

    What a broken run leaves behind can turn the next one red. So an expectation notices a break
    only where it holds on the unbroken scenario, before the breaks and after them.
    """

    scenario: str
    expectations: tuple[str, ...]
    whole: tuple[Trial, ...]
    trials: tuple[Trial, ...]
    after: tuple[Trial, ...]

    def noticed_by(self, trial: Trial) -> set[str]:
        """Return the expectations that notice a break."""
        found = trial.failing
        for unbroken in (self.whole, self.after):
            held = (each.names(Outcome.HOLDS) for each in unbroken if each.family is trial.family)
            found &= next(held, set())
        return found

    @property
    def complaints(self) -> list[str]:
        """Why this is no proof, one sentence each; none where it is one."""
        found = [
            f"unbroken over {trial.family.label}, {sentence_of(name)}: {outcome.value}"
            for trial in self.whole
            for name, outcome in trial.outcomes.items()
            if outcome is not Outcome.HOLDS
        ]
        found += [
            f"{sentence_of(name)}: {outcome.value} on the unbroken scenario after the breaks"
            f" ({trial.family.label})"
            for trial in self.after
            for name, outcome in trial.outcomes.items()
            if outcome is not Outcome.HOLDS
        ]
        for trial in (*self.whole, *self.trials, *self.after):
            found += [f"{trial}: {why}" for why in trial.inconclusive]
        unnoticed = [
            each for each in self.trials if not each.inconclusive and not self.noticed_by(each)
        ]
        found += [f"nobody notices when {each}" for each in unnoticed if not each.failing]
        if doubtful := "; ".join(str(each) for each in unnoticed if each.failing):
            found.append(
                "inconclusive: there is no proof that anybody notices, since what failed is not"
                f" known to hold on the unbroken scenario before and after the breaks: {doubtful}"
            )
        if not self.trials:
            found.append(f"there is no way to break it: write scenarios/{self.scenario}/{FILE}")
        found += [
            f"no break turns this red: {sentence_of(name)}"
            for name in self.expectations
            if self.trials
            and name != DEFAULT
            and not any(name in trial.failing for trial in self.trials)
        ]
        return found


def exit_status(proofs: Sequence[Proof]) -> int:
    """Return 0 where all is proved, 1 where something is not, 3 where it could not be judged."""
    trials = [trial for proof in proofs for trial in (*proof.whole, *proof.trials, *proof.after)]
    if not trials or any(trial.inconclusive for trial in trials):
        return CouldNotJudge.exit_status
    return 1 if any(proof.complaints for proof in proofs) else 0


def prove(
    clone: Clone,
    scenarios: Iterable[Scenario],
    families: Iterable[Family],
    player: Player,
    proved: Callable[[Proof], None],
    progress: Say,
) -> None:
    """Judge scenarios as they are and in every way to break them; give each proof to ``proved``.

    Raises ScenarioInvalid where breaks cannot be used, LabError where pytest could not do its part.
    """
    chosen = tuple(families)
    plan = {scenario.name: cases(scenario, chosen) for scenario in scenarios}
    trials: dict[str, dict[Case, Trial]] = {name: {} for name in plan}

    def finished(case: Case, run: Run) -> None:
        name = case.scenario.name
        trials[name][case] = Trial(case.sentence or WHOLE, _light(run))
        if len(trials[name]) == len(plan[name]):
            proved(_proof(name, trials[name]))

    files = [each[0].scenario.folder / catalogue.FILE for each in plan.values() if each]
    judging = Judging(lambda each: plan[each.name], player, finished, is_told=False)
    judge(clone, files, judging, progress)


def cases(scenario: Scenario, families: Iterable[Family]) -> list[Case]:
    """Return what a proof plays: the scenario as it is over each IP version, each break, and again.

    Raises ScenarioInvalid where its breaks cannot be used.
    """
    used = [family for family in scenario.families if family in set(families)]
    found = [Case(scenario, family) for family in used]
    files = files_of(scenario.folder)
    untraced = _untraced(scenario)
    for number, each in enumerate(breaks_of(scenario), start=1):
        words, faults = each.replaced_words, each.without_faults
        staging = Staging(each.edited(files), each.cut_off, DEADLINE_SCALE, words, faults, untraced)
        found += [
            Case(scenario, family, staging, each.sentence, number)
            for family in used
            if family in each.families
        ]
    broken = dict.fromkeys(case.family for case in found if case.number)
    # As hurried as the broken runs: else short deadlines alone could turn those red.
    hurried = Staging(deadline_scale=DEADLINE_SCALE, untraced=untraced)
    return found + [Case(scenario, family, hurried, UNBROKEN_AGAIN, AFTER) for family in broken]


def _proof(scenario: str, trials: Mapping[Case, Trial]) -> Proof:
    names = dict.fromkeys(name for trial in trials.values() for name in trial.outcomes)
    parts: dict[int, list[Trial]] = {0: [], 1: [], AFTER: []}
    for case, trial in trials.items():
        parts[min(case.number, 1)].append(trial)
    whole, broken, after = (tuple(part) for part in parts.values())
    return Proof(scenario, tuple(names), whole, broken, after)


def _light(run: Run) -> Run:
    """Return a run without what its hosts saw: hundreds of runs are kept until the proof ends."""
    if run.observation is None:
        return run
    return replace(run, observation=replace(run.observation, hosts=()))


def _untraced(scenario: Scenario) -> str:
    """Return why a scenario's programs are not traced; empty where its expectations need that.

    A trace costs a quarter of a run. Who asks for calls without one makes it inconclusive.
    """
    asked = (scenario.folder / catalogue.FILE).read_text(encoding="utf-8")
    return "" if ASKS_FOR_CALLS.search(asked) else UNTRACED


def breaks_of(scenario: Scenario) -> Sequence[Break]:
    """Return the breaks of a scenario; raises ScenarioInvalid where they cannot be used."""
    path = scenario.folder / FILE
    if not path.is_file():
        return []
    found = getattr(catalogue.module_of(path), "breaks", None)
    if not isinstance(found, list) or not all(isinstance(each, Break) for each in found):
        raise ScenarioInvalid(
            f"reading {path}",
            "it defines no list `breaks` of Break",
            'breaks = [Break("the server is silent", edit("server.py", "send", "pass"))]',
        )
    for each in found:
        for host in each.cut_off:
            if host not in scenario.hosts:
                raise ScenarioInvalid(
                    f"breaking it so that {each.sentence}",
                    f"host {host} is to be cut off, and does not take part in {scenario.name}",
                    f"one of {', '.join(scenario.hosts)}",
                )
    return found
