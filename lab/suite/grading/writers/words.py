"""Words of the results: points as numbers, and marks as a student reads them, line by line."""

from __future__ import annotations

from collections.abc import Iterator

from lab.suite.grading.results import Graded, Mark, State
from lab.wire.text import harmless


def number(value: float) -> str:
    """Return points as people write them: ``2``, ``0.5``."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def plain_number(value: float) -> int | float:
    """Return points as a whole number where they are one, since some readers take no other."""
    return int(value) if value == int(value) else value


def lines(text: str) -> list[str]:
    """Return the lines of a text that a student may have a part in; none holds a line's end."""
    return [harmless(line) for line in text.splitlines()]


def score(graded: Graded) -> str:
    """Return what a submission comes to: ``5 of 7``, or that it is no mark."""
    if graded.score is None:
        return f"no mark ({State.INCONCLUSIVE.value})"
    return f"{number(graded.score)} of {number(graded.most)}"


def title(mark: Mark) -> str:
    """Return an expectation in one line: its state, its sentence, its points."""
    earned = "–" if mark.earned is None else number(mark.earned)
    return f"{mark.state.mark} {harmless(mark.sentence)} ({earned} of {number(mark.worth.value)})"


def told(mark: Mark) -> list[str]:
    """Return what a student reads of an expectation, under its title: nothing where it holds."""
    if mark.state is State.HOLDS:
        return []
    hint = [f"Hint: {mark.worth.hint}"] if mark.worth.hint else []
    return [f"{mark.state.value}", *lines(mark.detail), *hint]


def hidden(graded: Graded) -> Iterator[str]:
    """Yield what a student is told of the hidden expectations: their points, in one line."""
    found = graded.hidden
    if found:
        earned = [mark.earned for mark in found]
        known = "–" if None in earned else number(sum(filter(None, earned)))
        most = number(sum(mark.worth.value for mark in found))
        yield f"{len(found)} hidden {'expectation' if len(found) == 1 else 'expectations'}:" + (
            f" {known} of {most}"
        )
