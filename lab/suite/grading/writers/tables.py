"""Results for a teacher as text: a table for the terminal, CSV, and a summary in Markdown."""

from __future__ import annotations

import csv
import io
from collections import Counter

from lab.story.text import cells, cut, harmless, pad, wrap
from lab.story.timeline.fold import count
from lab.suite.grading.results import Graded, Results, State
from lab.suite.grading.writers import words
from lab.suite.markdown import as_it_stands, fenced

_NAME = 30

MOST_PAIRS = 10
"""Pairs that are alike which the terminal shows; the page shows all."""


def table(results: Results, width: int = 80) -> str:
    """Return a line for each submission, at most ``width`` cells wide, and what all come to."""
    name = min(_NAME, max([12, *(cells(harmless(each.name)) for each in results.submissions)]))
    lines = []
    for each in results.submissions:
        points = pad(words.score(each) if each.score is not None else "no mark", 10, right=True)
        line = f"{each.state.mark} {pad(cut(harmless(each.name), name), name)} {points}  "
        lines.append(line + cut(harmless(_why(each)), max(10, width - cells(line))))
    return "\n".join([*(line.rstrip() for line in lines), "", *_summary(results, width)]) + "\n"


def _why(graded: Graded) -> str:
    """Return what a teacher should know of a submission first, in a line."""
    if graded.problem:
        return graded.problem.partition("\n")[0]
    worst = [mark for mark in graded.marks if mark.state is graded.state is not State.HOLDS]
    if not worst:
        return ""
    more = f" (and {len(worst) - 1} more)" if worst[1:] else ""
    return f"{worst[0].state.value}: {worst[0].sentence}{more}"


def _summary(results: Results, width: int) -> list[str]:
    counts = Counter(each.state for each in results.submissions)
    known = [each.score for each in results.submissions if each.score is not None]
    said = f"{count(len(results.submissions), 'submission')} graded for {results.scenario}"
    if known:
        most = max(each.most for each in results.submissions)
        said += f": {words.number(sum(known) / len(known))} of {words.number(most)} on average"
    lines = wrap(said, width, 3, "  ")
    for state, told in ((State.INCONCLUSIVE, "not judged"), (State.UNSTABLE, "not stable")):
        if counts[state]:
            names = ", ".join(
                harmless(each.name) for each in results.submissions if each.state is state
            )
            lines += wrap(f"{state.mark} {told}, for you to look at: {names}", width, 20, "  ")
    for each in results.submissions:
        if each.note:
            lines += wrap(f"! {harmless(each.name)}: {harmless(each.note)}", width, 3, "  ")
    for pair in results.alike[:MOST_PAIRS]:
        told = f"= {harmless(pair.one)} and {harmless(pair.other)} are alike: {pair.share:.0%}"
        lines += wrap(f"{told} of their tokens, comments and names aside", width, 3, "  ")
    if len(results.alike) > MOST_PAIRS:
        lines.append(f"= and {count(len(results.alike) - MOST_PAIRS, 'pair')} more")
    return lines


def csv_text(results: Results) -> str:
    """Return CSV (RFC 4180): a line for each submission, a column for each expectation.

    No cell begins as a formula does: a spreadsheet would obey what a student has written.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    names = list(
        dict.fromkeys(mark.expectation for each in results.submissions for mark in each.marks)
    )
    writer.writerow(["submission", "score", "of", "state", "problem", *map(_cell, names)])
    for each in results.submissions:
        earned = {mark.expectation: mark.earned for mark in each.marks}
        writer.writerow(
            [
                _cell(each.name),
                _points(each.score),
                words.number(each.most),
                each.state.value,
                _cell(each.problem),
                *(_points(earned.get(name)) for name in names),
            ]
        )
    return text.getvalue()


def _points(value: float | None) -> str:
    return "" if value is None else words.number(value)


def _cell(text: str) -> str:
    told = " ".join(words.lines(text))
    return f"'{told}" if told[:1] in ("=", "+", "-", "@", "\t", "\r") else told


def markdown(results: Results) -> str:
    """Return a summary in Markdown (CommonMark and GitHub's tables), for a job's page.

    Of a single submission it has each expectation that its student is told of.
    """
    lines = [
        f"## {as_it_stands(results.title or results.scenario)}",
        "",
        "| submission | points | state |",
        "|---|---:|---|",
    ]
    for each in results.submissions:
        cells_of = (each.name, words.score(each), f"{each.state.mark} {each.state.value}")
        lines.append(f"| {' | '.join(map(as_it_stands, cells_of))} |")
    if len(results.submissions) == 1:
        only = results.submissions[0]
        for mark in only.visible:
            lines += ["", f"### {as_it_stands(words.title(mark))}"]
            if detail := words.told(mark):
                lines += ["", *fenced("\n".join(detail))]
        lines += [f"\n{as_it_stands(line)}" for line in words.hidden(only)]
    return "\n".join(lines) + "\n"
