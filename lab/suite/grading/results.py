"""What graded submissions come to: the one model that every form of the results is written from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from lab.observation.sentence import sentence_of
from lab.observation.verdict import Outcome
from lab.scenario.points import Points
from lab.suite.grading.alike import Pair
from lab.suite.grading.journal import Attempt
from lab.wire.address import Family


class State(Enum):
    """What became of an expectation on a submission, over all IP versions and attempts."""

    HOLDS = "holds"
    FAILS = "does not hold"
    UNSTABLE = "not stable"
    INCONCLUSIVE = "could not be judged"

    @property
    def mark(self) -> str:
        """One character that tells the states apart without colour."""
        return {"holds": "✔", "does not hold": "✗", "not stable": "~"}.get(self.value, "?")


@dataclass(frozen=True)
class Mark:
    """One expectation on a submission.

    ``earned`` are the points that it brings, None where nothing can be said. ``detail`` says what
    was seen instead of what was expected; students' own output may stand in it.
    """

    expectation: str
    state: State
    worth: Points
    earned: float | None
    detail: str = ""

    @property
    def sentence(self) -> str:
        """The expectation as a sentence."""
        return sentence_of(self.expectation)


@dataclass(frozen=True)
class Graded:
    """One submission: its marks, and ``problem``, which says why none can be had of its runs.

    ``folder`` is the folder of its results. ``note`` is for the teacher alone: with whose words it
    works.
    """

    name: str
    folder: str
    marks: tuple[Mark, ...]
    problem: str = ""
    note: str = ""

    @property
    def score(self) -> float | None:
        """All points that it earns; None where something could not be judged: that is no mark."""
        earned = [mark.earned for mark in self.marks]
        known = [each for each in earned if each is not None]
        return round(sum(known), 2) if len(known) == len(earned) else None

    @property
    def most(self) -> float:
        """The points that there are."""
        return round(sum(mark.worth.value for mark in self.marks), 2)

    @property
    def visible(self) -> tuple[Mark, ...]:
        """The marks that its student is told of."""
        return tuple(mark for mark in self.marks if not mark.worth.hidden)

    @property
    def hidden(self) -> tuple[Mark, ...]:
        """The marks that its student is only told the points of."""
        return tuple(mark for mark in self.marks if mark.worth.hidden)

    @property
    def state(self) -> State:
        """The state of all marks together: what asks for the teacher's eye comes first."""
        states = {mark.state for mark in self.marks}
        for each in (State.INCONCLUSIVE, State.UNSTABLE, State.FAILS):
            if each in states:
                return each
        return State.HOLDS if states else State.INCONCLUSIVE


@dataclass(frozen=True)
class Results:
    """What the submissions for one scenario come to, and which are ``alike`` in their tokens."""

    scenario: str
    title: str
    submissions: tuple[Graded, ...]
    alike: tuple[Pair, ...] = ()


def graded(
    name: str,
    folder: str,
    worth: Mapping[str, Points],
    attempts: Sequence[Attempt],
    problem: str = "",
) -> Graded:
    """Return what a submission comes to, by what each expectation is ``worth``.

    One of which nothing could be played earns nothing. An expectation earns the share of its cases
    (IP versions, parameters) that hold in each attempt.
    """
    if problem:
        marks = [Mark(each, State.FAILS, points, 0.0, problem) for each, points in worth.items()]
        return Graded(name, folder, tuple(marks), problem)
    reasons = list(dict.fromkeys(each.reason for each in attempts if each.reason))
    several = len({each.family for each in attempts}) > 1
    found = [_mark(each, points, attempts, several) for each, points in worth.items()]
    return Graded(name, folder, tuple(found), "; ".join(reasons))


def _mark(name: str, worth: Points, attempts: Sequence[Attempt], several: bool) -> Mark:
    cases: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for attempt in attempts:
        judged = [each for each in attempt.judgements if _function(each.expectation) == name]
        for each in judged:
            found = cases.setdefault((attempt.family, each.expectation), [])
            found.append((each.outcome, each.detail))
        if not judged:  # whatever the reason: nobody has judged it
            found = cases.setdefault((attempt.family, name), [])
            found.append((Outcome.INCONCLUSIVE.value, attempt.reason))
    states, details = [], []
    for (family, expectation), found in cases.items():
        state, detail = _case(found)
        states.append(state)
        if state is not State.HOLDS:
            over = [Family(family).label] if several else []
            which = over + ([sentence_of(expectation)] if expectation != name else [])
            details.append(f"{', '.join(which)}: {detail}" if which else detail)
    if not states or State.INCONCLUSIVE in states:
        return Mark(name, State.INCONCLUSIVE, worth, None, _joined(details))
    held = states.count(State.HOLDS)
    state = State.UNSTABLE if State.UNSTABLE in states else State.FAILS
    earned = round(worth.value * held / len(states), 2)
    return Mark(
        name, State.HOLDS if held == len(states) else state, worth, earned, _joined(details)
    )


def _joined(details: Sequence[str]) -> str:
    return "\n".join(dict.fromkeys(filter(None, details)))


def _case(found: Sequence[tuple[str, str]]) -> tuple[State, str]:
    """Return what the attempts at one case come to, and why it does not hold."""
    outcomes = [outcome for outcome, _ in found]
    details = dict(reversed(found))
    if Outcome.INCONCLUSIVE.value in outcomes:
        return State.INCONCLUSIVE, details[Outcome.INCONCLUSIVE.value]
    held = outcomes.count(Outcome.HOLDS.value)
    if held == len(outcomes):
        return State.HOLDS, ""
    why = details[Outcome.FAILS.value]
    if held:
        return State.UNSTABLE, f"it held {held} times of {len(outcomes)}, and then: {why}"
    return State.FAILS, why


def _function(expectation: str) -> str:
    return expectation.partition("[")[0]
