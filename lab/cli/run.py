"""Commands that judge scenarios and print their table; light, since a session waits for them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import click

from lab.cli.options import families, family_options, labs_option
from lab.cli.output import Progress, color, say, width
from lab.clone import Clone, here
from lab.hosts.docker.compose.lab import Lab
from lab.observation.run import Run
from lab.observation.verdict import Outcome
from lab.scenario import catalogue
from lab.suite import suite

if TYPE_CHECKING:
    from lab.suite.publish import Publisher


def summary_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add what :meth:`Keeping.summarise` takes."""
    story = click.option("--story", "with_story", is_flag=True, help="Show each run as a story.")
    calls = click.option(
        "--calls", "with_calls", is_flag=True, help="The same, with the programs' system calls."
    )
    as_json = click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
    return story(calls(as_json(command)))


@click.command("run")
@family_options("Over")
@summary_options
@labs_option
@click.argument("names", nargs=-1)
def run_command(
    names: tuple[str, ...],
    family: str | None,
    with_story: bool,
    with_calls: bool,
    as_json: bool,
    labs: int,
) -> None:
    """Run scenarios and judge their expectations.

    NAMES select scenarios: a name, part:B or lecture:8. Without NAMES, all scenarios run.
    """
    clone = here()
    scenarios = catalogue.select(clone.scenarios, names)
    for scenario in scenarios:
        scenario.check(Lab(clone.root).hosts)
    keeping = Keeping(clone)
    progress = Progress()
    runs = suite.run(clone, scenarios, families(family), keeping.keep, progress, say, labs=labs)
    progress.clear()
    keeping.summarise(runs, with_story=with_story, with_calls=with_calls, as_json=as_json)


@click.command("judge")
@family_options("The runs over")
@summary_options
@click.argument("names", nargs=-1)
def judge_command(
    names: tuple[str, ...], family: str | None, with_story: bool, with_calls: bool, as_json: bool
) -> None:
    """Judge the runs in out/ again. No engine is needed.

    NAMES select as for lab run. Use this while you write expectations: the answer comes at once.
    """
    clone = here()
    scenarios = catalogue.select(clone.scenarios, names)
    keeping = Keeping(clone)
    progress = Progress()
    runs = suite.judge_kept(clone, scenarios, families(family), keeping.keep_verdicts, progress)
    progress.clear()
    keeping.summarise(runs, with_story=with_story, with_calls=with_calls, as_json=as_json)


class Keeping:
    """Keeps runs as they are judged, and in the end prints what they come to."""

    def __init__(self, clone: Clone) -> None:
        self._clone = clone

    @cached_property
    def _publisher(self) -> Publisher:
        from lab.suite.publish import Publisher  # noqa: PLC0415 - not before the session is open

        return Publisher(self._clone)

    def keep(self, run: Run) -> None:
        """Keep a run that was made now."""
        self._publisher.keep(run)

    def keep_verdicts(self, run: Run) -> None:
        """Keep the verdicts on a run that was kept before."""
        self._publisher.keep_verdicts(run)

    def summarise(
        self, runs: Sequence[Run], *, with_story: bool, with_calls: bool, as_json: bool
    ) -> None:
        """Print stories and the table, write the pages, and exit with the status of all runs."""
        from lab.observation import record  # noqa: PLC0415 - loaded by now
        from lab.suite import table  # noqa: PLC0415

        if as_json:
            click.echo(json.dumps([record.to_json(run) for run in runs], indent=2))
        else:
            for run in runs:
                if with_story or with_calls or run.outcome is not Outcome.HOLDS:
                    click.echo(self._story(run, with_calls=with_calls))
            where = str(self._clone.out)
            click.echo(table.render(runs, where=where, width=width(), color=color()), nl=False)
        index = self._publisher.write_pages() if runs else None
        if index and not as_json:
            click.echo(f"To look at: {index}")
        sys.exit(suite.exit_status(runs))

    def _story(self, run: Run, *, with_calls: bool) -> str:
        from lab.story.terminal.render import render_text  # noqa: PLC0415 - loaded by now

        if run.observation is None:
            return f"{run.name}: could not be judged\n{run.reason}\n"
        timeline = self._publisher.timeline(run)
        if with_calls:
            timeline = type(timeline).of(run, with_calls=True)
        return render_text(timeline, width=width(), color=color())
