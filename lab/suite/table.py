"""The table that ends a session: each scenario's outcomes, how long they took, where to look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lab.observation.observation import Observation
from lab.observation.verdict import Outcome, Verdict, overall
from lab.story.headline import STYLES
from lab.story.text import Span, cells, cut, harmless, pad, paint, wrap
from lab.wire.address import Family

LEAST_WIDTH = 60
_NAME, _CELL, _TIME = 26, 12, 8


@dataclass(frozen=True, slots=True)
class Result:
    """What the table tells of one run: one scenario over one IP version.

    ``holds`` of ``expectations`` hold; ``duration`` and ``waiting`` (the part of it that was
    waited on purpose) are seconds; ``reason`` is why it failed or could not be judged, in a line.
    """

    scenario: str
    family: Family
    outcome: Outcome
    holds: int = 0
    expectations: int = 0
    duration: float = 0.0
    waiting: float = 0.0
    reason: str = ""


def result(observation: Observation, verdicts: Sequence[Verdict]) -> Result:
    """Return what the table tells of a run."""
    outcome = overall(verdicts, observation)
    return Result(
        scenario=observation.scenario,
        family=observation.family,
        outcome=outcome,
        holds=sum(verdict.outcome is Outcome.HOLDS for verdict in verdicts),
        expectations=len(verdicts),
        duration=observation.duration,
        waiting=observation.waiting,
        reason=_reason(outcome, observation, verdicts),
    )


def inconclusive(scenario: str, family: Family, reason: str) -> Result:
    """Return what the table tells of a run that never came about."""
    return Result(scenario, family, Outcome.INCONCLUSIVE, reason=reason)


def render(results: Iterable[Result], *, where: str = "", width: int = 80, color: bool) -> str:
    """Return the table, at most ``width`` cells wide (no less than 60 are used).

    A row is a scenario, a column an IP version; ``where`` names the folder with the stories and
    captures. Each outcome has a mark and words, so that colour adds nothing.
    """
    width = max(width, LEAST_WIDTH)
    rows = list(results)
    lines = list(_lines(rows, where, width))
    return "".join(paint(line, color=color) + "\n" for line in lines)


def summary(results: Sequence[Result]) -> str:
    """Return how many runs hold, do not, and could not be judged, as one line."""
    if not results:
        return "no scenario ran"
    counts = Counter(result.outcome for result in results)
    noun = "run holds" if len(results) == 1 else "runs hold"
    parts = [f"{counts[Outcome.HOLDS]} of {len(results)} {noun}"]
    if counts[Outcome.FAILS]:
        failed = counts[Outcome.FAILS]
        parts.append(f"{failed} {'does' if failed == 1 else 'do'} not hold")
    if counts[Outcome.INCONCLUSIVE]:
        parts.append(f"{counts[Outcome.INCONCLUSIVE]} could not be judged")
    return ", ".join(parts)


def worst(results: Sequence[Result]) -> Outcome:
    """Return the outcome of all together: no run at all could not be judged."""
    outcomes = {result.outcome for result in results}
    if not outcomes or Outcome.INCONCLUSIVE in outcomes:
        return Outcome.INCONCLUSIVE
    return Outcome.FAILS if Outcome.FAILS in outcomes else Outcome.HOLDS


def _lines(rows: Sequence[Result], where: str, width: int) -> Iterator[list[Span]]:
    by_name: dict[str, dict[Family, Result]] = {}
    for row in rows:
        by_name.setdefault(row.scenario, {})[row.family] = row
    name = min(max([_NAME, *(cells(harmless(each)) + 1 for each in by_name)]), width - 46)
    if rows:
        head = [pad("", 2), pad("scenario", name)]
        head += [pad(family.label, _CELL) for family in Family]
        head += [pad("took", _TIME, right=True), "  ", "on purpose"]
        yield [Span("".join(head), "dim")]
    for scenario, runs in by_name.items():
        yield list(_row(scenario, runs, name))
        for family in Family:
            if family in runs and runs[family].reason:
                text = f"{family.label}: {harmless(runs[family].reason)}"
                for line in wrap(text, width - 4, 3, "  "):
                    yield [Span("    "), Span(line, "dim")]
    yield []
    outcome = worst(rows)
    for line in wrap(f"{outcome.mark} {summary(rows)}", width, 3, "  "):
        yield [Span(line, STYLES[outcome])]
    if where:
        for line in wrap(f"Stories and captures: {harmless(where)}", width, 4, "  "):
            yield [Span(line)]


def _row(scenario: str, runs: dict[Family, Result], name: int) -> Iterator[Span]:
    together = worst(list(runs.values()))
    yield Span(f"{together.mark} ", STYLES[together])
    yield Span(pad(harmless(scenario), name))
    for family in Family:
        run = runs.get(family)
        if run is None:
            yield Span(pad("–", _CELL), "dim")
        else:
            yield Span(pad(_cell(run), _CELL), STYLES[run.outcome])
    took = sum(run.duration for run in runs.values())
    waited = sum(run.waiting for run in runs.values())
    yield Span(pad(_seconds(took), _TIME, right=True))
    yield Span("  " + (pad(_seconds(waited), _TIME, right=True) if waited else ""), "dim")


def _cell(run: Result) -> str:
    if run.outcome is Outcome.INCONCLUSIVE and run.holds == run.expectations:
        return f"{run.outcome.mark} inconclusive"
    return f"{run.outcome.mark} {run.holds} of {run.expectations}"


def _seconds(duration: float) -> str:
    return f"{duration:.2f} s" if duration < 100 else f"{duration:.0f} s"


def _reason(outcome: Outcome, observation: Observation, verdicts: Sequence[Verdict]) -> str:
    """Return the first thing that a reader should know of a run that does not hold."""
    if outcome is Outcome.HOLDS:
        return ""
    if observation.inconclusive:
        return f"could not be judged: {_first_line(observation.inconclusive[0])}"
    for verdict in verdicts:
        if verdict.outcome is outcome:
            detail = _first_line(verdict.detail)
            text = f"{verdict.outcome.value}: {verdict.sentence}"
            return f"{text} ({cut(detail, 100)})" if detail else text
    if observation.failures:
        return observation.failures[0]
    return "it has no expectations" if not verdicts else ""


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]
