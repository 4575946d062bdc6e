"""The proof of a scenario drawn as a matrix: breaks down the side, expectations across."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from string import ascii_uppercase

from lab.observation.sentence import sentence_of
from lab.observation.verdict import Outcome
from lab.story.text import harmless, wrap
from lab.story.timeline.fold import count
from lab.suite.proof import Proof

MARKS = {Outcome.HOLDS: "·", Outcome.FAILS: "✗", Outcome.INCONCLUSIVE: "?"}
SENTENCE = 24
"""Cells that a sentence has beside its row, at the least."""

_INDENT, _MOST = 8, 20


def render(proof: Proof, width: int) -> str:
    """Return one proof, at most ``width`` cells wide (at least 60): ✗ where one fails.

    More expectations than fit beside the sentences go on in a further line of each row.
    """
    title = f"{harmless(proof.scenario)}: which expectation notices which break (✗ fails, · holds)"
    lines = [*wrap(title, width, _MOST), ""]
    letters = [ascii_uppercase[number % 26] for number in range(len(proof.expectations))]
    for letter, name in zip(letters, proof.expectations, strict=True):
        lines += wrap(f"  {letter} {harmless(sentence_of(name))}", width, _MOST, "    ")
    lines += ["", *_row("", letters, "", width)]
    for trial in (*proof.whole, *proof.trials, *proof.after):
        marks = [
            MARKS[trial.outcomes.get(name, Outcome.INCONCLUSIVE)] for name in proof.expectations
        ]
        lines += _row(trial.run.family.label, marks, trial.sentence, width)
    lines.append("")
    for complaint in proof.complaints:
        lines += wrap(f"  ! {harmless(complaint)}", width, _MOST, "    ")
    return "\n".join(line.rstrip() for line in lines)


def conclusion(proofs: Sequence[Proof]) -> str:
    """Return the last line: how many breaks were noticed, how many expectations proved."""
    trials = sum(len(proof.trials) for proof in proofs)
    noticed = sum(bool(proof.noticed_by(trial)) for proof in proofs for trial in proof.trials)
    names = sum(len(proof.expectations) for proof in proofs)
    complaints = sum(len(proof.complaints) for proof in proofs)
    told = f"{noticed:,} of {count(trials, 'broken run')} noticed, {count(names, 'expectation')}"
    if proofs and not complaints:
        return f"{told}: all proved"
    return f"{told}: {count(complaints, 'complaint')}"


def _row(label: str, marks: Sequence[str], sentence: str, width: int) -> list[str]:
    """Return the lines of a row: marks on the left, its sentence on the right."""
    most = (width - _INDENT - SENTENCE) // 2
    pieces = [" ".join(marks[at : at + most]) for at in range(0, len(marks), most)]
    column = _INDENT + 2 * min(len(marks), most) + 1
    told = wrap(harmless(sentence), width - column, _MOST)
    labels = [f"  {label}".ljust(_INDENT)]
    return [
        f"{head}{piece}".ljust(column) + text
        for head, piece, text in zip_longest(
            [*labels, *[" " * _INDENT] * (max(len(pieces), len(told)) - 1)],
            pieces,
            told,
            fillvalue="",
        )
    ]
