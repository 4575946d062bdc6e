"""Commands that look and change nothing: what this machine can do, which scenarios there are."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from itertools import groupby
from typing import Any

import click

from lab.cli.options import json_option, scenario_names
from lab.cli.output import width
from lab.cli.progress import Progress
from lab.clone import here
from lab.clone import of as clone_of
from lab.runner import course_here, doctor
from lab.runner.check import State
from lab.scenario import catalogue, course
from lab.scenario.scenario import Scenario

MARKS = {State.OK: "✔", State.WARN: "!", State.FAIL: "✗"}


@click.command("doctor")
@json_option
def doctor_command(as_json: bool) -> None:
    """Check what this machine has and lacks for the lab."""
    with Progress() as progress:
        progress("looking at this machine")
        checks = doctor.examine(here().root)
    if as_json:
        click.echo(json.dumps([asdict(check) for check in checks], indent=2))
    for check in () if as_json else checks:
        click.echo(f"{MARKS[check.state]} {check.name}: {check.seen}")
        if check.advice:
            click.echo(f"    Try: {check.advice}")
    if not as_json:
        rows = course_here.examine(checks)
        wide = max(len(row.what) for row in rows)
        click.echo("\nWhat of the course works here:")
        for row in rows:
            click.echo(f"{MARKS[row.works]} {row.what:{wide}}  {row.why}".rstrip())
    sys.exit(3 if any(check.state is State.FAIL for check in checks) else 0)


@click.command("list")
@click.option("--course", "as_page", is_flag=True, help="Print the page docs/course.md instead.")
@json_option
@click.argument("what", nargs=-1, shell_complete=scenario_names)
def list_command(what: tuple[str, ...], as_page: bool, as_json: bool) -> None:
    """List the scenarios, by part of the course.

    WHAT selects scenarios: a name, part:B or lecture:8.
    """
    clone = clone_of(what)
    if as_page:
        click.echo(course.render(catalogue.select(clone.scenarios, what)), nl=False)
        return
    scenarios = sorted(
        catalogue.select(clone.scenarios, what), key=lambda one: (one.part or "~", one.name)
    )
    if as_json:
        click.echo(json.dumps([_about(one) for one in scenarios], indent=2))
        return
    longest = max((len(one.name) for one in scenarios), default=0)
    if scenarios:
        click.echo(f"  {'scenario'.ljust(longest)} lecture, what it shows")
    for part, group in groupby(scenarios, key=lambda one: one.part):
        click.echo(f"Part {part}: {course.PARTS.get(part, '')}" if part else "Not in the course")
        for one in group:
            lectures = ",".join(map(str, one.lectures))
            click.echo(cut(_row(one.name.ljust(longest), lectures, one.summary)))


def _row(name: str, lectures: str, title: str) -> str:
    return f"  {name} {lectures.ljust(4)} {title}"


def _about(scenario: Scenario) -> dict[str, Any]:
    return {
        "name": scenario.name,
        "title": scenario.summary,
        "part": scenario.part,
        "lectures": [*scenario.lectures],
        "families": [family.value for family in scenario.families],
        "hosts": [*scenario.hosts],
        "folder": str(scenario.folder),
    }


def cut(line: str) -> str:
    """Return a line that fits the terminal, cut between words."""
    if len(line) <= width():
        return line
    return line[: width() - 1].rpartition(" ")[0] + " …"
