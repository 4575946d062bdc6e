"""What became of runs and proofs as short JSON values, for other programs to read: docs/json.md."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lab.clone import Clone
from lab.observation import store
from lab.observation.run import Run, worst
from lab.observation.verdict import Verdict
from lab.suite.proof import Proof

SCHEMA = 1
"""The version of this layout; raised when a reader of the old one would misread the new one."""


def to_json(runs: Sequence[Run], clone: Clone) -> dict[str, Any]:
    """Return what became of runs as values that :mod:`json` can write; docs/json.md has the keys.

    Durations are seconds. Paths are those of this machine.
    """
    return {
        "schema": SCHEMA,
        "outcome": worst(runs).value,
        "runs": [_from_run(run, clone) for run in runs],
    }


def from_proofs(proofs: Sequence[Proof]) -> dict[str, Any]:
    """Return proofs as values that :mod:`json` can write; docs/json.md has the keys."""
    return {"schema": SCHEMA, "proofs": [_from_proof(proof) for proof in proofs]}


def _from_proof(proof: Proof) -> dict[str, Any]:
    return {
        "scenario": proof.scenario,
        "proved": not proof.complaints,
        "complaints": proof.complaints,
        "expectations": [*proof.expectations],
        "breaks": [
            {
                "sentence": trial.sentence,
                "family": trial.family.value,
                "noticed_by": sorted(proof.noticed_by(trial)),
                "inconclusive": [*trial.inconclusive],
            }
            for trial in proof.trials
        ],
    }


def _from_run(run: Run, clone: Clone) -> dict[str, Any]:
    observation = run.observation
    reasons = [run.reason] if observation is None else [*observation.inconclusive]
    return {
        "scenario": run.scenario,
        "family": run.family.value,
        "outcome": run.outcome.value,
        "inconclusive": reasons,
        "failures": [] if observation is None else [*observation.failures],
        "seconds": 0.0 if observation is None else round(observation.duration, 3),
        "expectations": [_from_verdict(verdict) for verdict in run.verdicts],
        "page": str(clone.results(run.scenario, run.family.value) / store.PAGE),
    }


def _from_verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "name": verdict.expectation,
        "sentence": verdict.sentence,
        "outcome": verdict.outcome.value,
        "detail": verdict.detail,
    }
