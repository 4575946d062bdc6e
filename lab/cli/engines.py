"""The command about engines: which there are, and sending images to one."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click

from lab.cli.options import json_option
from lab.cli.output import width
from lab.cli.progress import Progress
from lab.clone import here
from lab.errors import ImageUnavailable
from lab.hosts import engines
from lab.hosts.bundle import examine
from lab.hosts.docker.images import images, sending
from lab.hosts.docker.survey import Clock, Surveyed, survey

SCHEMA = 1
"""The version of what --json prints: docs/json.md."""

HEADINGS = ("engine", "version", "cores", "free memory", "images", "clock ahead")


@click.command("engines")
@click.option("--send", metavar="ENGINE", help="Send ENGINE the images that it has not.")
@json_option
def engines_command(send: str | None, as_json: bool) -> None:
    """Show the engines that you may use: Docker's contexts.

    For each: its version, cores, free memory, how many of the lab's images it has, and how far its
    clock is ahead of this machine's. The usual engine has a star.
    """
    root = here().root
    wanted = [*examine.recipes(root)]
    with Progress() as progress:
        if send is not None:
            _send(send, wanted, progress)
        progress("looking at the engines")
        found = survey(root, wanted)
    if as_json:
        values = [_values(each) for each in found]
        click.echo(json.dumps({"schema": SCHEMA, "engines": values}, indent=2))
    else:
        click.echo(render(found, width()), nl=False)
    sys.exit(3 if all(each.why_not for each in found) else 0)


def render(found: Sequence[Surveyed], wide: int) -> str:
    """Return the engines as a table, with why one cannot be used in a line of its own."""
    rows = [HEADINGS, *(_row(each) for each in found)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEADINGS))]
    lines = []
    for row, each in zip(rows, (None, *found), strict=True):
        cells = [cell.ljust(size) for cell, size in zip(row, widths, strict=True)]
        if each is not None and each.why_not:
            cells = [cells[0], each.why_not]
        line = "  ".join(cells).rstrip()
        lines.append(line if len(line) <= wide else f"{line[: wide - 1]}…")
    if lacking := [each.name for each in found if each.missing]:
        lines.append(f"Missing images are sent when needed. Now: lab engines --send {lacking[0]}")
    return "".join(f"{line}\n" for line in lines)


def _row(each: Surveyed) -> tuple[str, ...]:
    name = f"{each.name} *" if each.is_usual else each.name
    if each.why_not:
        return (name, "", "", "", "", "")
    free = "?" if each.free is None else f"{each.free / 2**30:.1f}"
    there = len(each.there)
    return (
        name,
        each.version,
        str(each.cores),
        f"{free} of {each.memory / 2**30:.1f} GB",
        f"{there} of {there + len(each.missing)}",
        told(each.clock),
    )


def told(clock: Clock | None) -> str:
    """Return how far a clock is ahead, in milliseconds."""
    if clock is None:
        return ""
    return f"{clock.ahead * 1000:+.1f} ± {clock.uncertainty * 1000:.1f} ms"


def _values(each: Surveyed) -> dict[str, Any]:
    values = asdict(each)
    return {"name": values.pop("name"), "reachable": not each.why_not, **values}


def _send(name: str, wanted: Sequence[str], progress: Progress) -> None:
    """Send an engine what it has not; raises ImageUnavailable where nobody has it."""

    def passed(done: int, total: int) -> None:
        progress(f"sending images to {name}: {done >> 20} of about {total >> 20} MB")

    root = here().root
    with engines.open_named([name], progress.say) as (target,):
        with engines.sources(target, ()) as others:
            sent = sending.ensure(others, target.client, root, wanted, passed)
        lacking = images.missing_of(target.client, images.recipes(root, wanted))
    for each in sent:
        progress.say(f"sent {name} {each}")
    if lacking:
        raise ImageUnavailable(
            f"sending images to {name}",
            f"no engine that answers has {', '.join(each.name for each in lacking)}",
            "lab up browser web app files, say, which makes the images of these hosts; then again",
        )
    if not sent:
        progress.say(f"{name} has all images")
