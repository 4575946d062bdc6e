"""The forms of the results by their names, and the files that each is written to."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lab.errors import CouldNotJudge, UsageError
from lab.observation import store
from lab.suite.grading.results import Graded, Results
from lab.suite.grading.writers.junit import junit
from lab.suite.grading.writers.platforms import (
    classroom50,
    coderunner,
    gradescope,
    prairielearn,
    vpl,
)
from lab.suite.grading.writers.tables import csv_text, markdown

OF_ALL: Mapping[str, tuple[str, Callable[[Results], str]]] = {
    "csv": ("grades.csv", csv_text),
    "junit": ("junit.xml", junit),
    "markdown": ("summary.md", markdown),
}
"""Forms of all submissions together: the file's name, and what returns its text."""

OF_ONE: Mapping[str, tuple[str, Callable[[Graded], str | None]]] = {
    "classroom50": ("result.json", classroom50),
    "coderunner": ("coderunner.json", coderunner),
    "gradescope": ("results.json", gradescope),
    "prairielearn": ("prairielearn.json", prairielearn),
    "vpl": ("vpl.txt", vpl),
}
"""Forms of one submission: the file's name in its folder, and what returns its text or None."""

NAMES = sorted([*OF_ALL, *OF_ONE])


@dataclass(frozen=True)
class Form:
    """A form that is wanted, and where: None is its usual place, ``-`` standard output."""

    name: str
    path: Path | None = None


def forms(words: Iterable[str]) -> list[Form]:
    """Return ``FORM`` and ``FORM=FILE`` as forms; raises UsageError for an unknown one."""
    found = []
    for word in words:
        name, equals, path = word.partition("=")
        if name not in NAMES or (equals and not path):
            raise UsageError(
                f"reading --write {word}",
                f"there is no form {word!r}",
                f"one of {', '.join(NAMES)}",
            )
        found.append(Form(name, Path(path) if path else None))
    return found


def check(wanted: Iterable[Form], submissions: int) -> None:
    """Raise UsageError where the form of one submission is to be in one file, and there are more.

    That is known before anything is judged.
    """
    for form in wanted:
        if form.name in OF_ONE and form.path is not None and submissions != 1:
            raise UsageError(
                f"reading --write {form.name}={form.path}",
                f"it tells of one submission, and there are {submissions}",
                f"--write {form.name}, which writes one into the folder of each",
            )


def write(results: Results, wanted: Iterable[Form], folder: Path) -> None:
    """Write the results in the forms that are wanted; raises UsageError, NoSpace, CouldNotJudge."""
    withheld = []
    for form in wanted:
        if form.name in OF_ALL:
            name, of_all = OF_ALL[form.name]
            _put(form.path or folder / name, of_all(results))
            continue
        name, of_one = OF_ONE[form.name]
        for each in results.submissions:
            path = form.path or folder / each.folder / name
            text = of_one(each)
            if text is None:
                withheld.append(f"{form.name} of {each.name}")
                path.unlink(missing_ok=True)
            else:
                _put(path, text)
    if withheld:
        raise CouldNotJudge(
            f"writing {', '.join(withheld)}",
            "it could not be judged, and this form has no way to say so: no file is better",
            "lab grade again; lab doctor",
        )


def _put(path: Path, text: str) -> None:
    if str(path) == "-":
        sys.stdout.write(text)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    store.put(path, text)
