"""Commands that judge scenarios and print their table; light, since a session waits for them."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lab.cli.options import (
    color_option,
    families,
    family_options,
    json_option,
    labs_option,
    on_option,
    scenario_names,
)
from lab.cli.output import color, width
from lab.cli.progress import Progress, Results
from lab.clone import Clone
from lab.clone import of as clone_of
from lab.hosts.docker.compose.lab import Lab
from lab.observation.run import Run
from lab.observation.verdict import Outcome
from lab.scenario import catalogue
from lab.scenario.scenario import Scenario
from lab.suite import suite

if TYPE_CHECKING:
    from lab.suite.publish import Publisher


@dataclass(frozen=True)
class Told:
    """What is printed of runs in the end: the table, stories, expectations, or JSON."""

    story: bool
    calls: bool
    as_json: bool
    summary: Path | None
    annotate: bool
    full: bool
    quiet: bool
    verbose: bool
    color: str


def summary_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say what is printed; together they give ``told``."""

    @wraps(command)
    def with_told(**given: Any) -> None:
        chosen = {field.name: given.pop(field.name) for field in fields(Told)}
        if chosen["full"] and not chosen["as_json"]:
            raise click.UsageError("--full says how much --json prints: give both.")
        if chosen["quiet"] and chosen["verbose"]:
            raise click.UsageError("--quiet and --verbose are opposites: give one of them.")
        command(told=Told(**chosen), **given)

    added: Callable[..., None] = with_told
    for option in (
        click.option(
            "--annotate", is_flag=True, help="Tell GitHub at which lines something fails."
        ),
        click.option(
            "--summary",
            type=click.Path(dir_okay=False, path_type=Path),
            metavar="FILE",
            help="Write the table and the first failing story into FILE, as Markdown.",
        ),
        click.option("--full", is_flag=True, help="With --json: all that is known of each run."),
        json_option,
        color_option,
        click.option("-q", "--quiet", is_flag=True, help="Print only what does not hold."),
        click.option("-v", "--verbose", is_flag=True, help="Print each expectation."),
        click.option("--calls", is_flag=True, help="The same, with the programs' system calls."),
        click.option("--story", is_flag=True, help="Show each run as a story."),
    ):
        added = option(added)
    return added


@click.command("run")
@family_options("Over")
@summary_options
@click.option(
    "--junit",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write a JUnit report into FILE (usual: out/junit.xml).",
)
@labs_option
@on_option
@click.argument("names", nargs=-1, shell_complete=scenario_names)
def run_command(
    names: tuple[str, ...],
    family: str | None,
    told: Told,
    junit: Path | None,
    labs: int,
    on: tuple[str, ...],
) -> None:
    """Run scenarios and judge their expectations.

    NAMES select scenarios: a name, part:B, lecture:8, or a folder anywhere (./my_echo). Without
    NAMES, all scenarios run.
    """
    clone = clone_of(names)
    scenarios = catalogue.select(clone.scenarios, names)
    for scenario in scenarios:
        scenario.check(Lab(clone.root).hosts)
    chosen = families(family)
    keeping = Keeping(clone, told, scenarios)
    due = {each.name: len({*each.families} & {*chosen}) for each in scenarios}
    with Progress(quiet=told.quiet) as progress:
        results = Results(due, progress.result)

        def keep(run: Run) -> None:
            keeping.keep(run)
            results(run)

        runs = suite.run(
            clone, scenarios, chosen, keep, progress, progress.say, labs=labs, on=on, junit=junit
        )
    keeping.summarise(runs)


@click.command("judge")
@family_options("The runs over")
@summary_options
@click.argument("names", nargs=-1, shell_complete=scenario_names)
def judge_command(names: tuple[str, ...], family: str | None, told: Told) -> None:
    """Judge the runs in out/ again. No engine is needed.

    NAMES select as for lab run. Use this while you write expectations: the answer comes at once.
    """
    clone = clone_of(names)
    scenarios = catalogue.select(clone.scenarios, names)
    chosen = families(family)
    keeping = Keeping(clone, told, scenarios)
    with Progress(quiet=told.quiet) as progress:
        runs = suite.judge_kept(clone, scenarios, chosen, keeping.keep_verdicts, progress)
    keeping.summarise(runs)


class Keeping:
    """Keeps runs as they are judged, and in the end prints what they come to."""

    def __init__(self, clone: Clone, told: Told, scenarios: Sequence[Scenario]) -> None:
        self._clone = clone
        self._scenarios = scenarios
        self._told = told

    @cached_property
    def _publisher(self) -> Publisher:
        from lab.suite.publish import Publisher  # noqa: PLC0415 - not before the session is open

        return Publisher(self._clone, self._scenarios)

    def keep(self, run: Run) -> None:
        """Keep a run that was made now."""
        self._publisher.keep(run)

    def keep_verdicts(self, run: Run) -> None:
        """Keep the verdicts on a run that was kept before."""
        self._publisher.keep_verdicts(run)

    def summarise(self, runs: Sequence[Run]) -> None:
        """Print stories and the table, write the pages, and exit with the status of all runs."""
        index = self._publisher.write_pages() if runs else None
        self._tell_ci(runs)
        if self._told.as_json:
            click.echo(json.dumps(self._values(runs), indent=2))
        else:
            self._print(runs)
            if index and not self._told.quiet:
                click.echo(f"To look at: {index}")
        sys.exit(suite.exit_status(runs))

    def _tell_ci(self, runs: Sequence[Run]) -> None:
        """Write what a CI shows of a job, where it was asked for."""
        if self._told.summary:
            from lab.observation import store  # noqa: PLC0415 - loaded by now
            from lab.suite import markdown  # noqa: PLC0415

            told = markdown.render(runs, self._plain_story)
            self._told.summary.parent.mkdir(parents=True, exist_ok=True)
            store.put(self._told.summary, told)
        if self._told.annotate:
            from lab.suite import github  # noqa: PLC0415

            folders = {each.name: each.folder for each in self._scenarios}
            root = Path(os.environ.get("GITHUB_WORKSPACE", self._clone.root))
            for command in github.render(runs, folders, root):
                click.echo(command, err=True)

    def _plain_story(self, run: Run) -> str:
        return self._story(run, 80, colored=False)

    def _values(self, runs: Sequence[Run]) -> Any:
        from lab.observation import record  # noqa: PLC0415 - loaded by now
        from lab.suite import results  # noqa: PLC0415

        if self._told.full:
            return [record.to_json(run) for run in runs]
        return results.to_json(runs, self._clone)

    def _print(self, runs: Sequence[Run]) -> None:
        from lab.suite import table  # noqa: PLC0415 - loaded by now

        told, colored = self._told, color(self._told.color)
        for run in runs:
            if told.story or told.calls or run.outcome is not Outcome.HOLDS:
                click.echo(self._story(run, width(), colored=colored))
            elif told.verbose:
                click.echo(table.expectations(run, width=width(), color=colored))
        if told.quiet and suite.exit_status(runs) == 0:
            return
        where = str(self._clone.out)
        click.echo(table.render(runs, where=where, width=width(), color=colored), nl=False)

    def _story(self, run: Run, wide: int, *, colored: bool) -> str:
        from lab.story.terminal.render import render_text  # noqa: PLC0415 - loaded by now
        from lab.story.timeline.timeline import Timeline  # noqa: PLC0415

        if run.observation is None:
            return f"{run.name}: could not be judged\n{run.reason}\n"
        if self._told.calls:
            timeline = Timeline.of(run, with_calls=True)
        else:
            timeline = self._publisher.timeline(run)
        return render_text(timeline, width=wide, color=colored)
