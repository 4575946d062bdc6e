"""Commands that look and change nothing: what this machine can do, which scenarios there are."""

from __future__ import annotations

import sys
from itertools import groupby

import click

from lab import catalogue, doctor
from lab.cli.output import width
from lab.workspace import here

MARKS = {doctor.State.OK: "✔", doctor.State.WARN: "!", doctor.State.FAIL: "✗"}


@click.command("doctor")
def doctor_command() -> None:
    """Say what this machine has for the lab, what it lacks, and what to do."""
    checks = doctor.examine(here().root)
    for check in checks:
        click.echo(f"{MARKS[check.state]} {check.name}: {check.seen}")
        if check.advice:
            click.echo(f"    Try: {check.advice}")
    sys.exit(3 if any(check.state is doctor.State.FAIL for check in checks) else 0)


@click.command("list")
@click.argument("what", nargs=-1)
def list_command(what: tuple[str, ...]) -> None:
    """List the scenarios, by part of the course; WHAT selects (part:B, lecture:8, a name)."""
    scenarios = sorted(
        catalogue.select(here().scenarios, what), key=lambda one: (one.part or "~", one.name)
    )
    longest = max((len(one.name) for one in scenarios), default=0)
    for part, group in groupby(scenarios, key=lambda one: one.part):
        click.echo(f"Part {part}" if part else "Not in the course")
        for one in group:
            lectures = ", ".join(map(str, one.lectures))
            line = f"  {one.name.ljust(longest)}  {one.summary}"
            place = f"  (lecture {lectures})" if lectures else ""
            room = width() - len(place)
            click.echo((line if len(line) <= room else line[: room - 1] + "…") + place)
