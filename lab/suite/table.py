"""The table that ends a session: each scenario's outcomes, how long they took, where to look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from lab.observation.run import Run, worst
from lab.observation.verdict import Outcome
from lab.story.headline import STYLES
from lab.story.text import Span, cells, cut, harmless, pad, paint, wrap
from lab.wire.address import Family

LEAST_WIDTH = 60
_NAME, _CELL, _TIME = 26, 15, 8


def render(runs: Iterable[Run], *, where: str = "", width: int = 80, color: bool) -> str:
    """Return the table, at most ``width`` cells wide (no less than 60 are used).

    A row is a scenario, a column an IP version; ``where`` names the folder with the stories and
    captures. Each outcome has a mark and words, so that colour adds nothing.
    """
    width = max(width, LEAST_WIDTH)
    rows = list(runs)
    lines = list(_lines(rows, where, width))
    return "".join(paint(line, color=color) + "\n" for line in lines)


def expectations(run: Run, *, width: int, color: bool) -> str:
    """Return what became of each expectation of a run, one a line, below the run's name."""
    lines = [[Span(harmless(run.name), "bold")]]
    for verdict in run.verdicts:
        style = STYLES[verdict.outcome]
        told = wrap(harmless(verdict.sentence), max(width, LEAST_WIDTH) - 4, 3, "  ")
        lines += [
            [Span(f"  {verdict.outcome.mark} " if first else "    ", style), Span(line)]
            for first, line in zip((True, *(False,) * len(told)), told, strict=False)
        ]
    return "".join(paint(line, color=color) + "\n" for line in lines)


def summary(runs: Sequence[Run]) -> str:
    """Return how many runs hold, do not, and could not be judged, as one line."""
    if not runs:
        return "no scenario ran"
    counts = Counter(run.outcome for run in runs)
    noun = "run holds" if len(runs) == 1 else "runs hold"
    parts = [f"{counts[Outcome.HOLDS]} of {len(runs)} {noun}"]
    if counts[Outcome.FAILS]:
        failed = counts[Outcome.FAILS]
        parts.append(f"{failed} {'does' if failed == 1 else 'do'} not hold")
    if counts[Outcome.INCONCLUSIVE]:
        parts.append(f"{counts[Outcome.INCONCLUSIVE]} could not be judged")
    verdicts = [verdict for run in runs for verdict in run.verdicts]
    if unjudged := sum(each.outcome is Outcome.INCONCLUSIVE for each in verdicts):
        parts.append(f"{unjudged} of {len(verdicts)} expectations not judged")
    return ", ".join(parts)


def _lines(rows: Sequence[Run], where: str, width: int) -> Iterator[list[Span]]:
    by_name: dict[str, dict[Family, Run]] = {}
    for row in rows:
        by_name.setdefault(row.scenario, {})[row.family] = row
    name = min(max([_NAME, *(cells(harmless(each)) + 1 for each in by_name)]), width - 52)
    if rows:
        head = [pad("", 2), pad("scenario", name)]
        head += [pad(family.label, _CELL) for family in Family]
        head += [pad("took", _TIME, right=True), "  ", "on purpose"]
        yield [Span("".join(head), "dim")]
    for scenario, runs in by_name.items():
        yield list(_row(scenario, runs, name))
        for family in Family:
            if family in runs and (why := reason(runs[family])):
                text = f"{family.label}: {harmless(why)}"
                for line in wrap(text, width - 4, 3, "  "):
                    yield [Span("    "), Span(line, "dim")]
    yield []
    outcome = worst(rows)
    for line in wrap(f"{outcome.mark} {summary(rows)}", width, 3, "  "):
        yield [Span(line, STYLES[outcome])]
    if where:
        for line in wrap(f"Stories and captures: {harmless(where)}", width, 4, "  "):
            yield [Span(line)]


def _row(scenario: str, runs: dict[Family, Run], name: int) -> Iterator[Span]:
    together = worst(runs.values())
    yield Span(f"{together.mark} ", STYLES[together])
    yield Span(pad(harmless(scenario), name))
    for family in Family:
        run = runs.get(family)
        if run is None:
            yield Span(pad("–", _CELL), "dim")
        else:
            yield Span(pad(_cell(run), _CELL), STYLES[run.outcome])
    observed = [run.observation for run in runs.values() if run.observation is not None]
    took = sum(observation.duration for observation in observed)
    waited = sum(observation.waiting for observation in observed)
    yield Span(pad(_seconds(took), _TIME, right=True))
    yield Span("  " + (pad(_seconds(waited), _TIME, right=True) if waited else ""), "dim")


def _cell(run: Run) -> str:
    if run.outcome is Outcome.INCONCLUSIVE and run.holds == len(run.verdicts):
        return f"{run.outcome.mark} inconclusive"
    return f"{run.outcome.mark} {run.holds} of {len(run.verdicts)}"


def _seconds(duration: float) -> str:
    return f"{duration:.2f} s" if duration < 100 else f"{duration:.0f} s"


def reason(run: Run) -> str:
    """Return the first thing that a reader should know of a run that does not hold, in a line."""
    outcome, observation = run.outcome, run.observation
    if outcome is Outcome.HOLDS:
        return ""
    if observation is None:
        return run.reason
    if observation.inconclusive:
        return f"could not be judged: {_first_line(observation.inconclusive[0])}"
    for verdict in run.verdicts:
        if verdict.outcome is outcome:
            detail = _first_line(verdict.detail)
            text = f"{verdict.outcome.value}: {verdict.sentence}"
            return f"{text} ({cut(detail, 100)})" if detail else text
    if observation.failures:
        return observation.failures[0]
    return "it has no expectations" if not run.verdicts else ""


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]
