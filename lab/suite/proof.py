"""The proof that a scenario's expectations can fail: each way to break it, and what went red."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from lab.clone import Clone
from lab.errors import CouldNotJudge, ScenarioInvalid
from lab.observation.run import Run
from lab.observation.verdict import Outcome, sentence_of
from lab.runner.run import Staging
from lab.scenario import catalogue
from lab.scenario.breaks import Break
from lab.scenario.files import files_of
from lab.scenario.scenario import Scenario
from lab.suite.in_process import Say, judge
from lab.suite.judging import Case, Judging, Player
from lab.suite.plugin import DEFAULT
from lab.wire.address import Family

FILE = "breaks.py"
DEADLINE_SCALE = 0.1
"""Deadlines are this much shorter: a broken scenario mostly waits for what never comes."""

WHOLE = "nothing is broken"


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
    def noticed(self) -> bool:
        """Whether some expectation went red, and the run is evidence at all."""
        return not self.inconclusive and Outcome.FAILS in self.outcomes.values()


@dataclass(frozen=True)
class Proof:
    """All trials of one scenario: first the unbroken runs, then every break."""

    scenario: str
    expectations: tuple[str, ...]
    whole: tuple[Trial, ...]
    trials: tuple[Trial, ...]

    @property
    def complaints(self) -> list[str]:
        """Why this is no proof, one sentence each; none where it is one."""
        found = [
            f"unbroken over {trial.run.family.label}, {sentence_of(name)}: {outcome.value}"
            for trial in self.whole
            for name, outcome in trial.outcomes.items()
            if outcome is not Outcome.HOLDS
        ]
        for trial in (*self.whole, *self.trials):
            found += [
                f"{trial.sentence} ({trial.run.family.label}): {why}" for why in trial.inconclusive
            ]
        found += [
            f"nobody notices when {trial.sentence} ({trial.run.family.label})"
            for trial in self.trials
            if not trial.inconclusive and not trial.noticed
        ]
        if not self.trials:
            found.append(f"there is no way to break it: write scenarios/{self.scenario}/{FILE}")
        found += [
            f"no break turns this red: {sentence_of(name)}"
            for name in self.expectations
            if self.trials
            and name != DEFAULT
            and not any(trial.outcomes.get(name) is Outcome.FAILS for trial in self.trials)
        ]
        return found


def exit_status(proofs: Sequence[Proof]) -> int:
    """Return 0 where all is proved, 1 where something is not, 3 where it could not be judged."""
    trials = [trial for proof in proofs for trial in (*proof.whole, *proof.trials)]
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
    trials: dict[str, list[Trial]] = {name: [] for name in plan}

    def finished(case: Case, run: Run) -> None:
        name = case.scenario.name
        trials[name].append(Trial(case.sentence or WHOLE, _light(run)))
        if len(trials[name]) == len(plan[name]):
            whole = sum(each.number == 0 for each in plan[name])
            proved(_proof(name, trials[name][:whole], trials[name][whole:]))

    files = [each[0].scenario.folder / catalogue.FILE for each in plan.values() if each]
    judge(clone, files, Judging(lambda each: plan[each.name], player, finished), progress)


def cases(scenario: Scenario, families: Iterable[Family]) -> list[Case]:
    """Return what a proof plays: the scenario as it is over each IP version, then each break.

    Raises ScenarioInvalid where its breaks cannot be used.
    """
    used = [family for family in scenario.families if family in set(families)]
    found = [Case(scenario, family) for family in used]
    files = files_of(scenario.folder)
    for number, each in enumerate(_breaks(scenario), start=1):
        words, faults = each.replaced_words, each.without_faults
        staging = Staging(each.edited(files), each.cut_off, DEADLINE_SCALE, words, faults)
        found += [
            Case(scenario, family, staging, each.sentence, number)
            for family in used
            if family in each.families
        ]
    return found


def _proof(scenario: str, whole: Sequence[Trial], trials: Sequence[Trial]) -> Proof:
    names = dict.fromkeys(name for trial in (*whole, *trials) for name in trial.outcomes)
    return Proof(scenario, tuple(names), tuple(whole), tuple(trials))


def _light(run: Run) -> Run:
    """Return a run without what its hosts saw: hundreds of runs are kept until the proof ends."""
    if run.observation is None:
        return run
    return replace(run, observation=replace(run.observation, hosts=()))


def _breaks(scenario: Scenario) -> Sequence[Break]:
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
