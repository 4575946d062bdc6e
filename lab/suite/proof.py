"""The proof that a scenario's expectations can fail: each way to break it, and what went red."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from lab.errors import CouldNotJudge, ScenarioInvalid
from lab.hosts.running_lab import RunningLab
from lab.observation.observation import Observation
from lab.observation.verdict import Outcome, sentence_of
from lab.runner.run import Staging, observe
from lab.scenario import catalogue
from lab.scenario.breaks import Break
from lab.scenario.files import files_of
from lab.scenario.scenario import Scenario
from lab.wire.address import Family

FILE = "breaks.py"
DEADLINE_SCALE = 0.1
"""Deadlines are this much shorter: a broken scenario mostly waits for what never comes."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Trial:
    """One break over one IP version: what became of each expectation."""

    sentence: str
    family: Family
    outcomes: dict[str, Outcome]
    inconclusive: tuple[str, ...] = ()

    @property
    def noticed(self) -> bool:
        """Whether some expectation went red, and the run could be judged at all."""
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
            f"unbroken over {trial.family.label}, {sentence_of(name)}: {outcome.value}"
            for trial in self.whole
            for name, outcome in trial.outcomes.items()
            if outcome is not Outcome.HOLDS
        ]
        for trial in (*self.whole, *self.trials):
            found += [
                f"{trial.sentence} ({trial.family.label}): {why}" for why in trial.inconclusive
            ]
        found += [
            f"nobody notices when {trial.sentence} ({trial.family.label})"
            for trial in self.trials
            if not trial.inconclusive and not trial.noticed
        ]
        if not self.trials:
            found.append(f"there is no way to break it: write scenarios/{self.scenario}/{FILE}")
        found += [
            f"no break turns this red: {sentence_of(name)}"
            for name in self.expectations
            if self.trials
            and not any(trial.outcomes.get(name) is Outcome.FAILS for trial in self.trials)
        ]
        return found


def exit_status(proofs: Sequence[Proof]) -> int:
    """Return 0 where all is proved, 1 where something is not, 3 where it could not be judged."""
    trials = [trial for proof in proofs for trial in (*proof.whole, *proof.trials)]
    if not trials or any(trial.inconclusive for trial in trials):
        return CouldNotJudge.exit_status
    return 1 if any(proof.complaints for proof in proofs) else 0


def prove(network: RunningLab, scenario: Scenario, families: Iterable[Family], say: Say) -> Proof:
    """Run a scenario unbroken and in every way to break it, and return what each showed.

    Raises ScenarioInvalid where its breaks cannot be used.
    """
    module = catalogue.module_of(scenario.folder / catalogue.FILE)
    names = catalogue.expectations(module)
    breaks = _breaks(scenario)
    used = [family for family in scenario.families if family in set(families)]
    whole = [
        _trial(network, scenario, module, names, family, "nothing is broken", Staging())
        for family in used
    ]
    files = files_of(scenario.folder)
    trials = []
    for each in breaks:
        staging = Staging(
            each.edited(files),
            each.cut_off,
            DEADLINE_SCALE,
            each.replaced_words,
            each.without_faults,
        )
        for family in used:
            if family in each.families:
                say(f"{scenario.name} over {family.label}: {each.sentence}")
                trials.append(
                    _trial(network, scenario, module, names, family, each.sentence, staging)
                )
    return Proof(scenario.name, tuple(names), tuple(whole), tuple(trials))


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


def _trial(
    network: RunningLab,
    scenario: Scenario,
    module: ModuleType,
    names: Sequence[str],
    family: Family,
    sentence: str,
    staging: Staging,
) -> Trial:
    observation = observe(network, scenario, family, staging=staging)
    if observation.inconclusive:
        return Trial(sentence, family, {}, observation.inconclusive)
    outcomes = {name: judge(getattr(module, name), observation) for name in names}
    return Trial(sentence, family, outcomes)


def judge(expectation: Callable[..., None], observation: Observation) -> Outcome:
    """Apply one expectation to an observation, and return what pytest would make of it."""
    try:
        for case in _cases(expectation):
            expectation(observation, **case)
    except CouldNotJudge:
        return Outcome.INCONCLUSIVE
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # pytest.skip() and pytest.fail() are no Exceptions
        import pytest  # noqa: PLC0415 - slow to load

        return Outcome.INCONCLUSIVE if isinstance(error, pytest.skip.Exception) else Outcome.FAILS
    return Outcome.HOLDS


def _cases(expectation: Callable[..., None]) -> list[dict[str, Any]]:
    """Return the arguments of each case of an expectation that pytest's mark parametrizes."""
    cases: list[dict[str, Any]] = [{}]
    for mark in getattr(expectation, "pytestmark", ()):
        if mark.name == "parametrize":
            names, rows = mark.args[:2]
            names = names.replace(",", " ").split() if isinstance(names, str) else list(names)
            values = [getattr(row, "values", row) if len(names) > 1 else (row,) for row in rows]
            cases = [
                {**case, **dict(zip(names, row, strict=True))} for case in cases for row in values
            ]
    return cases
