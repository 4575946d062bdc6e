"""Results of one submission as learning platforms read them, in JSON.

None is returned where a platform has no way to say that there is no mark.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from typing import Any

from lab.suite.grading.results import Graded, Mark, State
from lab.suite.grading.writers import words

NOBODY = "Nothing can be said of this submission: your teacher is told of it."


def gradescope(graded: Graded) -> str | None:
    """Return Gradescope's ``results.json``; without a score where there is none.

    Source: "Autograder Specifications" of Gradescope's documentation, Output Format.
    """
    if graded.score is None:
        return None
    tests = [
        {
            "name": mark.sentence,
            "score": mark.earned,
            "max_score": mark.worth.value,
            "status": "passed" if mark.state is State.HOLDS else "failed",
            "output": "\n".join(words.told(mark)),
            "output_format": "text",
            "visibility": "hidden" if mark.worth.hidden else "visible",
            **({"tags": [mark.worth.group]} if mark.worth.group else {}),
        }
        for mark in graded.marks
    ]
    return _json({"score": graded.score, "output": _said(graded), "tests": tests})


def classroom50(graded: Graded, environment: Mapping[str, str] = os.environ) -> str | None:
    """Return Classroom 50's ``result.json`` (``classroom50/result/v1``).

    The runner says in the environment which submission this is. Source: "Advanced Autograding" in
    the wiki of foundation50/classroom50.
    """
    if graded.score is None:
        return None
    shown = [(mark.sentence, mark) for mark in graded.visible]
    shown += [(f"hidden {at}", mark) for at, mark in enumerate(graded.hidden, start=1)]
    commit = environment.get("COMMIT_URL", "")
    return _json(
        {
            "schema": "classroom50/result/v1",
            "classroom": environment.get("CLASSROOM", ""),
            "assignment": environment.get("ASSIGNMENT", ""),
            "submission": environment.get("SUBMISSION_TAG", graded.name),
            "commit": commit,
            "release": environment.get("RELEASE_URL", ""),
            "review": environment.get("REVIEW_URL") or commit,
            "datetime": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "score": words.plain_number(graded.score),
            "max-score": words.plain_number(graded.most),
            "tests": [
                {
                    "test-name": name,
                    "passed": mark.state is State.HOLDS,
                    "score": words.plain_number(mark.earned or 0),
                    "max-score": words.plain_number(mark.worth.value),
                }
                for name, mark in shown
            ],
        }
    )


def prairielearn(graded: Graded) -> str:
    """Return PrairieLearn's ``results.json``; ``gradable`` is false where there is no mark.

    Source: "External grading" of PrairieLearn's documentation, Grading result.
    """
    if graded.score is None:
        return _json({"gradable": False, "message": NOBODY})
    tests = [
        {
            "name": mark.sentence,
            "points": mark.earned,
            "max_points": mark.worth.value,
            "message": "\n".join(words.told(mark)),
        }
        for mark in graded.visible
    ]
    share = graded.score / graded.most if graded.most else 0.0
    hidden = "\n".join(words.hidden(graded))
    return _json({"gradable": True, "score": share, "message": hidden, "tests": tests})


def coderunner(graded: Graded) -> str | None:
    """Return what a combinator template grader of Moodle's CodeRunner prints.

    Source: "Combinator-template grading" in the README of trampgeek/moodle-qtype_coderunner.
    """
    if graded.score is None:
        return None
    rows: list[list[Any]] = [["iscorrect", "Expectation", "Points", "Seen", "ishidden"]]
    rows += [[*_row(mark), mark.worth.hidden] for mark in graded.marks]
    share = graded.score / graded.most if graded.most else 0.0
    return _json(
        {
            "fraction": share,
            "testresults": rows,
            "columnformats": ["%s", "%s", "%s"],
            "prologuehtml": f"<p>{escape(_said(graded))}</p>",
        }
    )


def _row(mark: Mark) -> list[Any]:
    points = f"{words.number(mark.earned or 0)} of {words.number(mark.worth.value)}"
    return [int(mark.state is State.HOLDS), mark.sentence, points, "\n".join(words.told(mark))]


def vpl(graded: Graded) -> str:
    """Return the lines that Moodle's Virtual Programming Lab reads; no grade without a mark.

    A line that a student may have a part in begins with ``>``, so that it is none of ours. Source:
    "Automated program assessment" of VPL's documentation.
    """
    lines = ["<|--", f"-{_said(graded)}"]
    for mark in graded.visible:
        lines += [f"-{words.title(mark)}", *(f">{line}" for line in words.told(mark))]
    lines += [*words.hidden(graded), "--|>"]
    if graded.score is not None:
        lines.append(f"Grade :=>> {words.number(graded.score)}")
    return "\n".join(lines) + "\n"


def _said(graded: Graded) -> str:
    return NOBODY if graded.score is None else " ".join(words.lines(words.score(graded)))


def _json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=1) + "\n"
