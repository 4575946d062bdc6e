"""One run with its verdicts: its line in the table, its document, its story, its outcome."""

from __future__ import annotations

from collections.abc import Sequence

from lab.clone import Clone
from lab.observation import record
from lab.observation.verdict import Outcome, Verdict, overall
from lab.story.terminal.render import render_text
from lab.suite import table
from lab.suite.plugin import Run, write_page


class RunResult:
    """One run with its verdicts, as the table and the exit status need it."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self.scenario = run.scenario
        self.family = run.family
        self.observation = run.observation

    @property
    def verdicts(self) -> Sequence[Verdict]:
        """What became of each expectation."""
        return self._run.verdicts

    @property
    def outcome(self) -> Outcome:
        """What became of the run as a whole."""
        if self.observation is None:
            return Outcome.INCONCLUSIVE
        return overall(self.verdicts, self.observation)

    def row(self) -> table.Result:
        """Return what the table tells of the run."""
        if self.observation is None:
            return table.inconclusive(self.scenario.name, self.family, self._why())
        return table.result(self.observation, self.verdicts)

    def document(self) -> dict[str, object]:
        """Return the run as JSON can hold it."""
        if self.observation is None:
            name, family = self.scenario.name, self.family.value
            return {"scenario": name, "family": family, "inconclusive": [self._why()]}
        return dict(record.to_json(self.observation, self.verdicts))

    def write_page(self, clone: Clone) -> None:
        """Write the run's page beside its captures."""
        write_page(self._run, clone)

    def _why(self) -> str:
        details = (verdict.detail.partition("\nTry: ")[0] for verdict in self.verdicts)
        return "; ".join(dict.fromkeys(" ".join(detail.split()) for detail in details))

    @property
    def has_failed(self) -> bool:
        """Whether there is anything to tell beyond that it holds."""
        return self.outcome is not Outcome.HOLDS

    def story(self, width: int, color: bool) -> str:
        """Return the story of the run, or why there is none."""
        if self.observation is None:
            return f"{self._run.name}: could not be judged\n{self._why()}\n"
        return render_text(self.observation, width=width, color=color, verdicts=self.verdicts)
