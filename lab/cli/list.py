"""Commands that look and change nothing: what this machine can do, which scenarios there are."""

from __future__ import annotations

import sys
from itertools import groupby

import click

from lab.cli.output import width
from lab.clone import here
from lab.runner import doctor
from lab.runner.check import State
from lab.scenario import catalogue, course

MARKS = {State.OK: "✔", State.WARN: "!", State.FAIL: "✗"}


@click.command("doctor")
def doctor_command() -> None:
    """Check what this machine has and lacks for the lab."""
    checks = doctor.examine(here().root)
    for check in checks:
        click.echo(f"{MARKS[check.state]} {check.name}: {check.seen}")
        if check.advice:
            click.echo(f"    Try: {check.advice}")
    sys.exit(3 if any(check.state is State.FAIL for check in checks) else 0)


@click.command("list")
@click.option("--course", "as_page", is_flag=True, help="Print the page docs/course.md instead.")
@click.argument("what", nargs=-1)
def list_command(what: tuple[str, ...], as_page: bool) -> None:
    """List the scenarios, by part of the course.

    WHAT selects scenarios: a name, part:B or lecture:8.
    """
    if as_page:
        click.echo(course.render(catalogue.select(here().scenarios, what)), nl=False)
        return
    scenarios = sorted(
        catalogue.select(here().scenarios, what), key=lambda one: (one.part or "~", one.name)
    )
    longest = max((len(one.name) for one in scenarios), default=0)
    for part, group in groupby(scenarios, key=lambda one: one.part):
        click.echo(f"Part {part}: {course.PARTS.get(part, '')}" if part else "Not in the course")
        for one in group:
            lectures = "L" + ",".join(map(str, one.lectures)) if one.lectures else ""
            line = f"  {one.name.ljust(longest)}  {lectures.ljust(5)} {one.summary}"
            click.echo(cut(line))


def cut(line: str) -> str:
    """Return a line that fits the terminal, cut between words."""
    if len(line) <= width():
        return line
    return line[: width() - 1].rpartition(" ")[0] + " …"
