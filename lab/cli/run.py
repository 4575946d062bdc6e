"""The command that runs scenarios and prints their table; light, as its session waits for it."""

from __future__ import annotations

import json
import sys

import click

from lab.cli.output import Progress, color, say, width
from lab.clone import here
from lab.hosts.docker.compose.lab import Lab
from lab.scenario import catalogue
from lab.suite import suite


@click.command("run")
@click.option("--ipv4", "family", flag_value="ipv4", help="Over IPv4 only.")
@click.option("--ipv6", "family", flag_value="ipv6", help="Over IPv6 only.")
@click.option("--story", "with_story", is_flag=True, help="Tell each run as a story.")
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
@click.argument("names", nargs=-1)
def run_command(
    names: tuple[str, ...], family: str | None, with_story: bool, as_json: bool
) -> None:
    """Run scenarios and judge what they showed.

    NAMES select: a scenario, part:B, lecture:8. Without any, all are run.
    """
    clone = here()
    scenarios = catalogue.select(clone.scenarios, names)
    for scenario in scenarios:
        scenario.check(Lab(clone.root).hosts)
    progress = Progress()
    runs = suite.run(clone, scenarios, family, progress, say)
    progress.clear()
    from lab.suite import table  # noqa: PLC0415 - loaded by now; not before the session is open

    if as_json:
        click.echo(json.dumps([run.document() for run in runs], indent=2))
    else:
        for run in runs:
            if with_story or run.has_failed:
                click.echo(run.story(width(), color()))
        rows = [run.row() for run in runs]
        click.echo(table.render(rows, where=str(clone.out), width=width(), color=color()), nl=False)
    from lab.suite import publish  # noqa: PLC0415 - likewise

    publish.prepare(clone)
    for run in runs:
        run.write_page(clone)
    index = publish.write_index(clone) if runs else None
    if index and not as_json:
        click.echo(f"To look at: {index}")
    sys.exit(suite.exit_status(runs))
