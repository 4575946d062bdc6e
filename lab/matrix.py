"""The proof of a scenario drawn as a matrix: breaks down the side, expectations across."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from lab.proof import Proof, Trial
from lab.verdict import Outcome

MARKS = {Outcome.HOLDS: "·", Outcome.FAILS: "✗", Outcome.UNJUDGED: "?"}


def render(proof: Proof, width: int) -> str:
    """Return one proof, at most ``width`` columns wide: ✗ where an expectation went red."""
    lines = [f"{proof.scenario}: what notices what (✗ went red, · held)", ""]
    letters = [chr(ord("A") + number % 26) for number in range(len(proof.expectations))]
    for letter, name in zip(letters, proof.expectations, strict=True):
        sentence = name.removeprefix("test_").replace("_", " ")
        lines += wrap(sentence, width - 4, initial_indent=f"  {letter} ", subsequent_indent="    ")
    lines.append("")
    columns = " ".join(letters)
    lines.append(f"  {'':6}{columns}")
    for trial in (*proof.whole, *proof.trials):
        lines += _row(proof, trial, width)
    lines += ["", *_complaints(proof, width)]
    return "\n".join(lines)


def conclusion(proofs: Sequence[Proof]) -> str:
    """Return the last line: how many breaks were noticed, how many expectations proved."""
    trials = sum(len(proof.trials) for proof in proofs)
    noticed = sum(trial.noticed for proof in proofs for trial in proof.trials)
    names = sum(len(proof.expectations) for proof in proofs)
    complaints = sum(len(proof.complaints) for proof in proofs)
    told = f"{noticed} of {trials} broken runs noticed, {names} expectations"
    return f"{told}: {'all proved' if not complaints and proofs else f'{complaints} complaints'}"


def _row(proof: Proof, trial: Trial, width: int) -> list[str]:
    marks = " ".join(
        MARKS[trial.outcomes[name]] if name in trial.outcomes else "?"
        for name in proof.expectations
    )
    start = f"  {trial.family.label}  {marks}  "
    return wrap(
        trial.sentence,
        max(width, len(start) + 24),
        initial_indent=start,
        subsequent_indent=" " * len(start),
    )


def _complaints(proof: Proof, width: int) -> list[str]:
    return [
        line
        for complaint in proof.complaints
        for line in wrap(complaint, width, initial_indent="  ! ", subsequent_indent="    ")
    ]
