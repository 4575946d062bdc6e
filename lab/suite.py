"""Many scenarios in one go: pytest judges, and what it says becomes one result per run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from lab import record, report, story
from lab.errors import CouldNotJudge
from lab.scenario import Scenario
from lab.session import open_network
from lab.verdict import Outcome, Verdict, overall
from lab.workspace import Workspace

if TYPE_CHECKING:
    from lab.pytest_plugin import Run

Say = Callable[[str], None]


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
            return Outcome.UNJUDGED
        return overall(self.verdicts, self.observation)

    def row(self) -> report.Result:
        """Return what the table tells of the run."""
        if self.observation is None:
            return report.unjudged(self.scenario.name, self.family, self._why())
        return report.result(self.observation, self.verdicts)

    def document(self) -> dict[str, object]:
        """Return the run as JSON can hold it."""
        if self.observation is None:
            name, family = self.scenario.name, self.family.value
            return {"scenario": name, "family": family, "unjudged": [self._why()]}
        return dict(record.to_json(self.observation, self.verdicts))

    def _why(self) -> str:
        return "; ".join(dict.fromkeys(verdict.detail for verdict in self.verdicts))

    @property
    def has_failed(self) -> bool:
        """Whether there is anything to tell beyond that it holds."""
        return self.outcome is not Outcome.HOLDS

    def story(self, width: int, color: bool) -> str:
        """Return the story of the run, or why there is none."""
        if self.observation is None:
            return f"{self._run.name}: could not be judged\n{self._why()}\n"
        return story.render(self.observation, width=width, color=color, verdicts=self.verdicts)


def run(
    workspace: Workspace,
    scenarios: Sequence[Scenario],
    family: str | None,
    progress: Say,
    say: Say,
) -> list[RunResult]:
    """Run and judge scenarios; raises LabError where pytest could not do its part."""
    folders = [str(scenario.folder / "scenario.py") for scenario in scenarios]
    if not folders:
        return []
    workspace.out.mkdir(exist_ok=True)
    with open_network(workspace, say) as network:
        network.prepare(scenarios[0].hosts)
        # Loading pytest takes as long as the channels do: the one meanwhile, the other after.
        from lab.judging import judge  # noqa: PLC0415

        return [RunResult(one) for one in judge(workspace, network, folders, family, progress)]


def exit_status(results: Sequence[RunResult]) -> int:
    """Return 0 where all runs hold, 1 where one does not, 3 where one could not be judged."""
    outcomes = {result.outcome for result in results}
    if not outcomes or Outcome.UNJUDGED in outcomes:
        return CouldNotJudge.exit_status
    return 1 if Outcome.FAILS in outcomes else 0
