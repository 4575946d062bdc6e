"""The runs and proofs that a book is made of: only such as show the files of today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from lab.clone import Clone
from lab.errors import CouldNotJudge, LabError
from lab.observation import store
from lab.observation.run import Run
from lab.observation.verdict import Outcome
from lab.scenario.scenario import Scenario
from lab.story.timeline.fold import count
from lab.suite import kept_proof

_TOLD = 12
"""Runs that are named where some are missing: with the rest they fit on a screen."""


@dataclass(frozen=True)
class Kept:
    """A scenario, its kept run over each IP version, and what its last proof found."""

    scenario: Scenario
    runs: tuple[Run, ...]
    proof: dict[str, Any] | None = None


def kept(clone: Clone, scenarios: Iterable[Scenario]) -> list[Kept]:
    """Return the kept runs of scenarios, with their verdicts.

    Raises CouldNotJudge, which names them, where a run is missing, older than the scenario's files,
    of another version of the lab, or does not hold: a book tells only what is so.
    """
    found, missing = [], []
    for scenario in scenarios:
        runs = []
        for family in scenario.families:
            folder = clone.results(scenario.name, family.value)
            try:
                run = store.load(folder)
                wrong = _wrong(run, scenario)
            except LabError:
                wrong = "no run is kept"
            if wrong:
                missing.append((scenario.name, f"{scenario.name} over {family.label}: {wrong}"))
            else:
                runs.append(run)
        found.append(Kept(scenario, tuple(runs), kept_proof.load(clone, scenario)))
    if missing:
        names = list(dict.fromkeys(name for name, _ in missing))
        lines = [sentence for _, sentence in missing[:_TOLD]]
        more = len(missing) - len(lines)
        lines += [f"… and {more} more"] if more else []
        everything = len(names) > _TOLD
        raise CouldNotJudge(
            "making the book of the runs in out/",
            "\n  ".join([f"the book cannot tell {count(len(missing), 'run')}", *lines]),
            "lab run" + ("" if everything else f" {' '.join(names)}") + ", then make book again",
        )
    return found


def _wrong(run: Run, scenario: Scenario) -> str:
    """Return why a run does not show what its scenario does today; nothing where it does."""
    observation = run.observation
    if observation is None:
        return "nothing was observed"
    made, own = observation.versions.get("Lab"), version("socketlab")
    if made != own:
        return f"it was made by version {made} of the lab, and this is {own}"
    if max(kept_proof.changes(scenario)) > observation.started_ns:
        return "its files have changed since"
    outcome = run.outcome
    return "" if outcome is Outcome.HOLDS else f"of what is expected of it: {outcome.value}"
