"""Many scenarios in one go: pytest judges, and what it says becomes one result per run."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING

from lab.clone import Clone
from lab.errors import CouldNotJudge
from lab.hosts.background import begin
from lab.observation.verdict import Outcome
from lab.runner.session import open_lab
from lab.scenario.scenario import Scenario

if TYPE_CHECKING:
    from lab.suite.run_result import RunResult

Say = Callable[[str], None]


def run(
    clone: Clone,
    scenarios: Sequence[Scenario],
    family: str | None,
    progress: Say,
    say: Say,
) -> list[RunResult]:
    """Run and judge scenarios; raises LabError where pytest could not do its part."""
    folders = [str(scenario.folder / "scenario.py") for scenario in scenarios]
    if not folders:
        return []
    clone.out.mkdir(exist_ok=True)
    with open_lab(clone, say) as network:
        network.prepare(scenarios[0].hosts)
        # Loading pytest and the story takes as long as opening channels: so meanwhile.
        from lab.suite.in_process import judge  # noqa: PLC0415
        from lab.suite.run_result import RunResult  # noqa: PLC0415

        def told(text: str) -> None:
            _load_pages()
            progress(text)

        return [RunResult(one) for one in judge(clone, network, folders, family, told)]


@cache
def _load_pages() -> Future[ModuleType]:
    """Begin, once, to load what is needed at the end, while the first programs are waited for."""
    return begin("loading the pages", lambda: importlib.import_module("lab.suite.publish"))


def exit_status(results: Sequence[RunResult]) -> int:
    """Return 0 where all runs hold, 1 where one does not, 3 where one could not be judged."""
    outcomes = {result.outcome for result in results}
    if not outcomes or Outcome.INCONCLUSIVE in outcomes:
        return CouldNotJudge.exit_status
    return 1 if Outcome.FAILS in outcomes else 0
