"""Results as pages: one of all submissions for the teacher, one of its own for each student."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lab.story.page.template import asset, fill
from lab.suite.grading.results import Graded, Mark, Results
from lab.suite.grading.writers import words


def teacher_page(results: Results, runs: Mapping[str, Sequence[str]]) -> str:
    """Return the teacher's page: a row for each submission, sorted and filtered by a script.

    ``runs`` names the folders of runs that have a page, by the submission's folder.
    """
    names = {mark.expectation: mark.sentence for each in results.submissions for mark in each.marks}
    rows = [
        {
            "name": each.name,
            "folder": each.folder,
            "state": each.state.value,
            "mark": each.state.mark,
            "score": "" if each.score is None else words.number(each.score),
            "most": words.number(each.most),
            "problem": "; ".join(filter(None, (each.problem, each.note))),
            "runs": runs.get(each.folder, ()),
            "marks": [_shown({m.expectation: m for m in each.marks}.get(name)) for name in names],
        }
        for each in results.submissions
    ]
    heads = list(names.values())
    script = asset("grades.js")
    return str(fill("grades.html", results=results, heads=heads, rows=rows, script=script))


def _shown(mark: Mark | None) -> dict[str, str]:
    if mark is None:
        return {"mark": "", "title": "", "points": ""}
    points = "" if mark.earned is None else words.number(mark.earned)
    title = "\n".join([mark.sentence, *words.told(mark)])
    return {"mark": mark.state.mark, "title": title, "points": points}


def student_page(graded: Graded, scenario: str, story: str = "") -> str:
    """Return a student's page: each expectation that she is told of, and the story of a run."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for mark in graded.visible:
        told = {"title": words.title(mark), "lines": words.told(mark)}
        groups.setdefault(mark.worth.group, []).append(told)
    hidden = list(words.hidden(graded))
    score = words.score(graded)
    return str(
        fill(
            "student.html",
            name=graded.name,
            scenario=scenario,
            score=score,
            groups=groups,
            hidden=hidden,
            problem=graded.problem,
            story=story,
        )
    )
