"""Many scenarios in one go: pytest judges, and what it says becomes one result per run."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest

from lab import record, report, results, story
from lab.errors import CouldNotJudge, LabError
from lab.network import Network
from lab.pytest_plugin import FAMILY_OPTION, NETWORK, Run
from lab.scenario import Scenario
from lab.session import open_network
from lab.verdict import Outcome, Verdict, overall
from lab.workspace import Workspace

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


class Reporter:
    """Collects the runs that pytest makes, in place of its own output."""

    def __init__(self, network: Network, progress: Say) -> None:
        self._network = network
        self._progress = progress
        self.runs: list[Run] = []
        self.broken: list[str] = []
        self.errors: list[BaseException] = []

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Take pytest's own reporter away, and hand over the lab."""
        config.stash[NETWORK] = self._network
        config.pluginmanager.unregister(name="terminalreporter")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep what could not even be collected."""
        if report.failed:
            self.broken.append(report.longreprtext)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Say what is being judged."""
        self._progress(nodeid.replace("::test_", ": ").replace("_", " "))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep each run once, in the order of first judgement, and what ending it met with."""
        if error := getattr(report, "socketlab_error", None):
            self.errors.append(error)
        run = getattr(report, "socketlab_run", None)
        if run is not None and run not in self.runs:
            self.runs.append(run)

    def pytest_internalerror(self, excrepr: object) -> None:
        """Keep an error of pytest's or ours, so that it cannot pass for success."""
        self.broken.append(str(excrepr))


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
    options = [f"{FAMILY_OPTION}={family}"] if family else []
    with open_network(workspace, say) as network, _alone():
        reporter = Reporter(network, progress)
        try:
            pytest.main(
                [
                    *folders,
                    *options,
                    f"--rootdir={workspace.root}",
                    f"--junitxml={workspace.out / 'junit.xml'}",
                    "--import-mode=importlib",
                    "-p",
                    "lab.pytest_plugin",
                    "-p",
                    "no:cacheprovider",
                    "-c",
                    os.devnull,
                ],
                plugins=[reporter],
            )
        except OSError as error:
            raise results.unwritable(workspace.out, error) from error
    for wrong in reporter.errors:
        if isinstance(wrong, LabError):
            raise wrong
        reporter.broken.append(f"{type(wrong).__name__}: {wrong}")
    if reporter.broken:
        raise LabError("judging the scenarios", "\n".join(reporter.broken))
    return [RunResult(one) for one in reporter.runs]


def exit_status(results: Sequence[RunResult]) -> int:
    """Return 0 where all runs hold, 1 where one does not, 3 where one could not be judged."""
    outcomes = {result.outcome for result in results}
    if not outcomes or Outcome.UNJUDGED in outcomes:
        return CouldNotJudge.exit_status
    return 1 if Outcome.FAILS in outcomes else 0


@contextmanager
def _alone() -> Iterator[None]:
    """Keep other plugins of the environment out, and the terminal and module table as they were."""
    name = "PYTEST_DISABLE_PLUGIN_AUTOLOAD"
    before = os.environ.get(name)
    os.environ[name] = "1"
    path = list(sys.path)
    try:
        yield
    finally:
        sys.path[:] = path
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
