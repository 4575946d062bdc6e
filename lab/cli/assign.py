"""The command that gives each student words, a port and a loss of her own."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import click

from lab.cli.options import scenario_names
from lab.clone import of
from lab.scenario import catalogue
from lab.scenario.assignment import OWN, Assignment, students

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("assign")
@click.option(
    "--roster", type=FILE, required=True, metavar="FILE", help="CSV: a line for each student."
)
@click.option(
    "--secret", type=FILE, required=True, metavar="FILE", help="The key that only you have."
)
@click.argument("scenario", shell_complete=scenario_names)
def assign_command(roster: Path, secret: Path, scenario: str) -> None:
    """Give each student words, port and loss of her own.

    They are printed as CSV. The same key gives the same words each time. lab grade with the
    same --secret expects them.
    """
    folder = catalogue.find(of([scenario]).scenarios, scenario)
    assignment = Assignment.of(secret, folder.name, folder)
    names = students(roster)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["student", *OWN])
    for student in names:
        words = assignment.words_of(student)
        name = f"'{student}" if student[:1] in ("=", "+", "-", "@") else student
        writer.writerow([name, *(words[each] for each in OWN)])
