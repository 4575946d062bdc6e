"""The command that grades what students hand in."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lab.cli.options import families, family_options, labs_option, on_option, scenario_names
from lab.cli.output import width
from lab.cli.progress import Progress
from lab.clone import of
from lab.hosts.docker.compose.lab import Lab
from lab.observation.run import Run
from lab.scenario import catalogue
from lab.scenario.assignment import Assignment
from lab.suite.grading import submission
from lab.suite.grading.grade import Rules, grade
from lab.suite.grading.keeping import Keeping
from lab.suite.grading.results import State
from lab.suite.grading.writers import formats
from lab.suite.grading.writers.tables import table


@click.command("grade")
@family_options("Over")
@labs_option
@on_option
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="THEIRS=OURS",
    help="Take the student's file THEIRS (* stands for anything) as the scenario's OURS.",
)
@click.option(
    "--only", multiple=True, metavar="FILE", help="Students hand in only FILE; the rest is yours."
)
@click.option(
    "--attempts", type=click.IntRange(1, 9), default=1, help="Play each so often.", metavar="N"
)
@click.option(
    "--deadline",
    type=click.FloatRange(0.5, 600),
    metavar="SECONDS",
    help="What a program may take, instead of the scenario's own deadline.",
)
@click.option(
    "--secret",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Expect the words that lab assign gave to each student with this key.",
)
@click.option("--again", is_flag=True, help="Forget what is judged already.")
@click.option(
    "--write",
    "written",
    multiple=True,
    metavar="FORM[=FILE]",
    help=f"Write the results also as {', '.join(formats.NAMES)}; - is standard output.",
)
@click.argument("scenario", shell_complete=scenario_names)
@click.argument("submissions", nargs=-1, required=True, type=click.Path(path_type=Path))
def grade_command(
    scenario: str,
    submissions: tuple[Path, ...],
    family: str | None,
    labs: int,
    on: tuple[str, ...],
    mapping: tuple[str, ...],
    only: tuple[str, ...],
    attempts: int,
    deadline: float | None,
    secret: Path | None,
    again: bool,
    written: tuple[str, ...],
) -> None:
    """Grade what students hand in for SCENARIO.

    SCENARIO is a name or a path. Each of SUBMISSIONS is a folder, a zip or a tar; its files
    stand instead of the scenario's.
    What is judged stays judged: after Ctrl-C, the same command goes on.
    """
    clone = of([scenario])
    found = catalogue.load(catalogue.find(clone.scenarios, scenario))
    found.check(Lab(clone.root).hosts)
    wanted = formats.forms(written)
    formats.check(wanted, len(submissions))
    due = submission.due(found, only)
    handed_in = submission.read_all(submissions, due, submission.maps(mapping, due))
    folder = clone.results("grades", found.name)
    keeping = Keeping(folder, found)
    if again:
        keeping.forget()
    own = None if secret is None else Assignment.of(secret, found.name, found.folder)
    rules = Rules(tuple(families(family)), attempts, deadline, labs, own, on)
    with Progress() as progress:

        def keep(one: submission.Submission, name: str, run: Run) -> None:
            keeping.keep(one, name, run)
            held = f"{run.outcome.mark} {run.holds} of {len(run.verdicts)}"
            progress.result(f"{one.name} · {name} · {held}")

        results = grade(clone, found, handed_in, rules, folder, keep, progress, progress.say)
    pages = keeping.finish(results)
    if not any(str(form.path) == "-" for form in wanted):
        click.echo(table(results, width()), nl=False)
        click.echo(f"To look at: {pages}")
    formats.write(results, wanted, folder)
    states = {each.state for each in results.submissions}
    sys.exit(3 if State.INCONCLUSIVE in states else 1 if states != {State.HOLDS} else 0)
