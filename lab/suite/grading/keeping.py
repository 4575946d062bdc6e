"""The folder of a grading: what each submission's runs showed, and the pages of the results."""

from __future__ import annotations

from pathlib import Path

from lab.errors import refuse_link
from lab.observation import store
from lab.observation.run import Run
from lab.scenario.scenario import Scenario
from lab.story.terminal.render import render_text
from lab.story.timeline.timeline import Timeline
from lab.suite import publish
from lab.suite.grading.grade import JOURNAL, visible, worth_of
from lab.suite.grading.results import Results
from lab.suite.grading.submission import Submission
from lab.suite.grading.writers.pages import student_page, teacher_page
from lab.suite.grading.writers.tables import csv_text

INDEX = "grades.html"
STUDENT = "student.html"
TOLD = "told.txt"
"""The story of a run as a student may read it."""


class Keeping:
    """Keeps the runs of submissions and the pages of the results in one folder."""

    def __init__(self, folder: Path, scenario: Scenario) -> None:
        self._folder = folder
        self._scenario = scenario
        self._worth = worth_of(scenario)

    def forget(self) -> None:
        """Forget what is judged; the next runs take the place of the earlier ones."""
        (self._folder / JOURNAL).unlink(missing_ok=True)

    def keep(self, submission: Submission, name: str, run: Run) -> None:
        """Keep a run with its story and page, and the story that its student may read.

        Raises UsageError or NoSpace where it cannot be kept.
        """
        if run.observation is None:
            return
        folder = self._of(submission.folder) / name
        timeline = Timeline.of(run)
        publish.keep(folder, timeline)
        publish.write_page(folder, timeline)
        told = Timeline.of(visible(run, self._worth))
        store.put(folder / TOLD, render_text(told, width=100, color=False))

    def finish(self, results: Results) -> Path:
        """Write the pages of the results and a table of them, and return the teacher's page.

        Raises UsageError or NoSpace where they cannot be written.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        runs = {}
        for each in results.submissions:
            folder = self._of(each.folder)
            folder.mkdir(exist_ok=True)
            found = sorted(folder.glob(f"*/{store.RECORD}"))
            runs[each.folder] = [path.parent.name for path in found]
            told = next(iter(sorted(folder.glob(f"*/{TOLD}"))), None)
            story = told.read_text(encoding="utf-8") if told and each.visible else ""
            store.put(folder / STUDENT, student_page(each, results.title, story))
        store.put(self._folder / "grades.csv", csv_text(results))
        store.put(self._folder / INDEX, teacher_page(results, runs))
        return self._folder / INDEX

    def _of(self, name: str) -> Path:
        folder = self._folder / name
        refuse_link(folder)
        return folder
