"""Many scenarios in one go: select, bring up, record, judge; publish and summarise follow."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from lab.clone import Clone
from lab.errors import CouldNotJudge, UnknownName
from lab.hosts.background import begin
from lab.hosts.docker.compose.lab import Lab
from lab.hosts.pool import open_pool
from lab.observation.run import Run, worst
from lab.observation.verdict import Outcome
from lab.runner import two_engines
from lab.runner.session import open_lab
from lab.scenario import catalogue
from lab.scenario.scenario import Scenario
from lab.wire.address import Family

if TYPE_CHECKING:
    from lab.suite.judging import Case, Player

Say = Callable[[str], None]
Keep = Callable[[Run], None]


def run(
    clone: Clone,
    scenarios: Sequence[Scenario],
    families: Iterable[Family],
    keep: Keep,
    progress: Say,
    say: Say,
    *,
    labs: int = 1,
    on: Sequence[str] = (),
    junit: Path | None = None,
) -> list[Run]:
    """Play and judge scenarios, and return their runs; ``keep`` is given each when it is judged.

    ``labs`` is how many labs play them at once, on each engine that ``on`` names. A JUnit report is
    written to ``junit``. Raises LabError where pytest could not do its part.
    """
    if not scenarios:
        return []
    families = list(families)
    two_engines.refuse(clone.root, scenarios, families)
    clone.out.mkdir(exist_ok=True)
    with playing(clone, labs, say, scenarios[0].hosts, on=on) as player:
        report = junit or clone.out / "junit.xml"
        return judge_on(clone, player, scenarios, families, keep, progress, junit=report)


def judge_on(
    clone: Clone,
    player: Player,
    scenarios: Sequence[Scenario],
    families: Iterable[Family],
    keep: Keep,
    progress: Say,
    *,
    junit: Path | None = None,
) -> list[Run]:
    """Have scenarios played by a player and judge them, as :func:`run` does."""
    # Loading pytest and the story takes as long as opening channels. So load them meanwhile.
    from lab.suite.in_process import judge  # noqa: PLC0415
    from lab.suite.judging import Judging, plain_cases  # noqa: PLC0415

    runs: list[Run] = []

    def finished(_: Case, run: Run) -> None:
        keep(run)
        runs.append(run)

    def report(text: str) -> None:
        _load_pages()
        progress(text)

    judging = Judging(plain_cases(families), player, finished)
    judge(clone, _files(scenarios), judging, report, junit=junit)
    return runs


@contextmanager
def playing(
    clone: Clone,
    labs: int,
    say: Say,
    first: Sequence[str] = (),
    *,
    on: Sequence[str] = (),
    apart: bool = False,
) -> Iterator[Player]:
    """Give what plays cases on the clone's lab, or on several labs at once, also of engines ``on``.

    Channels into the hosts that are needed ``first`` are opened meanwhile. Whether each case may
    be played on another lab than the one before it, ``apart`` says.
    """
    known = Lab(clone.root).hosts
    if labs > 1 or on:
        with open_pool(clone, labs, say, on) as pool:
            from lab.suite.lengths import Lengths  # noqa: PLC0415 - not before channels open
            from lab.suite.players import OnPool  # noqa: PLC0415

            yield OnPool(pool, known, apart=apart, length_of=Lengths(clone).of)
        return
    with open_lab(clone, say) as running_lab:
        running_lab.prepare(first)
        from lab.suite.players import OnLab  # noqa: PLC0415 - not before channels open

        yield OnLab(running_lab, known)


def judge_kept(
    clone: Clone,
    scenarios: Sequence[Scenario],
    families: Iterable[Family],
    keep: Keep,
    progress: Say,
) -> list[Run]:
    """Judge the runs that the clone keeps again, without an engine, and return them.

    ``keep`` is given those of which the verdicts have changed.

    Raises UnknownName where no run of these scenarios is kept, LabError as :func:`run` does.
    """
    from lab.suite.in_process import judge  # noqa: PLC0415 - pytest is slow to load
    from lab.suite.judging import Judging, plain_cases  # noqa: PLC0415
    from lab.suite.players import Kept  # noqa: PLC0415

    kept, cases_of = Kept(clone), plain_cases(families)

    def cases(scenario: Scenario) -> list[Case]:
        return [case for case in cases_of(scenario) if kept.has(scenario, case.family)]

    there = [scenario for scenario in scenarios if cases(scenario)]
    if not there:
        raise UnknownName(
            f"looking for runs of {', '.join(each.name for each in scenarios) or 'any scenario'}",
            "none is kept in out/",
            "lab run, then lab judge",
        )
    runs: list[Run] = []

    def finished(case: Case, run: Run) -> None:
        if not kept.says_the_same(case, run):
            keep(run)
        runs.append(run)

    judge(clone, _files(there), Judging(cases, kept, finished), progress)
    return runs


def _files(scenarios: Iterable[Scenario]) -> list[Path]:
    return [scenario.folder / catalogue.FILE for scenario in scenarios]


@cache
def _load_pages() -> Future[ModuleType]:
    """Begin, once, to load what is needed at the end, while the first programs are waited for."""
    return begin("loading the pages", lambda: importlib.import_module("lab.story.page.render"))


def exit_status(runs: Sequence[Run]) -> int:
    """Return 0 where all runs hold, 1 where one does not, 3 where one is inconclusive."""
    return {Outcome.HOLDS: 0, Outcome.FAILS: 1}.get(worst(runs), CouldNotJudge.exit_status)
