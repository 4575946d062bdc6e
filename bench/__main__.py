"""``python -m bench``: which rows, how often, and where the results go."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from bench import (
    bringing_up,
    crowd,
    decoding,
    grading,
    growth,
    live,
    others,
    running,
    scale_page,
    scaling,
    table,
)
from bench.facts import facts, load
from bench.row import Kind, Row
from lab.clone import Clone, here
from lab.errors import CouldNotJudge, LabError

LABS = 30
"""How many labs are up at once: a class, each with a lab of its own."""

WHOLE = 2400.0
"""Seconds after which no further number of hosts is begun; each command has a bound of its own."""

Measure = Callable[[], "Row | Sequence[Row]"]


def measures(clone: Clone, quick: bool) -> dict[str, Measure]:
    """Return how each part of the table is measured, by its name."""

    def often(times: int) -> int:
        return max(2, times // 4) if quick else times

    return {
        "command": lambda: running.command(clone, often(40)),
        "run": lambda: running.run(clone, often(20)),
        "calls": lambda: running.calls(clone, often(20)),
        "whole": lambda: running.whole(clone, often(8)),
        "up2": lambda: bringing_up.bring_up(clone, 2, often(8)),
        "up20": lambda: bringing_up.bring_up(clone, 20, often(4)),
        "kathara": others.kathara,
        "mininet": lambda: others.mininet(clone, often(16)),
        "scenarios": lambda: running.scenarios(clone, often(5)),
        "grading": lambda: grading.grading(clone, 30 if quick else 300, 1),
        "grading2": lambda: grading.grading(clone, 30 if quick else 300, 2),
        "decode": lambda: decoding.decoding(clone.root, often(40)),
        "live": lambda: live.live(clone, often(60)),
        "growth": lambda: growth.growth(1_000 if quick else 100_000),
    }


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--quick", is_flag=True, help="Measure less often.")
@click.option("--json", "file", type=click.Path(dir_okay=False, path_type=Path), help="Keep here.")
@click.option("--scale", is_flag=True, help="Measure 2 to 100 hosts, and 30 labs.")
@click.option("--only", "names", multiple=True, help="Only the part of this name.")
def bench(quick: bool, file: Path | None, scale: bool, names: tuple[str, ...]) -> None:
    """Measure the lab against what else there is, side by side.

    Exit status 1 where something grows faster than what is in it, whether or not other goals are
    met; 3 when something could not be measured.
    """
    clone = here()
    if scale:
        sys.exit(_scale(clone, quick))
    known = measures(clone, quick)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise click.UsageError(f"no part {unknown[0]!r}; there are: {', '.join(known)}")
    told = facts()
    rows: list[Row] = []
    for name, measure in known.items():
        if not names or name in names:
            click.echo(f"bench: {name}", err=True)
            rows += _measured(name, measure)
    click.echo(table.render(rows, told), nl=False)
    kept = file or clone.out / "bench.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(table.document(rows, told), indent=1, ensure_ascii=False) + "\n")
    click.echo(f"Kept in {kept}", err=True)
    sys.exit(status(rows))


def _scale(clone: Clone, quick: bool) -> int:
    """Measure how the lab grows.

    What cannot be measured, or not within WHOLE, is told and left out: then 3 is returned. Else 1
    where a run did not hold, or something was left.
    """
    give_up = time.monotonic() + WHOLE
    sizes, labs = ((2, 10), 5) if quick else (scaling.SIZES, LABS)
    told = {**facts(), "Mininet": others.mininet_lacks() or "here", "Kathará": others.KATHARA}
    scaling.measure(clone, 2, 1)  # makes the images
    points, lacking = [], []
    for hosts in sizes:
        click.echo(f"bench: {hosts} hosts", err=True)
        try:
            if time.monotonic() > give_up:
                raise CouldNotJudge("measuring", f"{WHOLE / 60:g} minutes are over")
            points.append(scaling.measure(clone, hosts, 1))
            so_far = json.dumps([asdict(each) for each in points], indent=1) + "\n"
            clone.out.mkdir(exist_ok=True)
            (clone.out / "scale.json").write_text(so_far, encoding="utf-8")
        except LabError as error:
            lacking.append(f"{hosts} hosts: {error.sentence}")
            click.echo(f"bench: {lacking[-1]}", err=True)
    if lacking:
        told["not measured"] = "; ".join(lacking)
    click.echo(f"bench: {labs} labs at once", err=True)
    many = crowd.crowd(clone, labs)
    told["load average at the end"] = load()
    for line in (*many.failed, *many.strangers, *many.left):
        click.echo(f"bench: {line}", err=True)
    found = {"facts": told, "curve": [asdict(each) for each in points], "crowd": many.document()}
    if not quick:
        kept = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
        (clone.root / "bench" / "scale.json").write_text(kept, encoding="utf-8")
        scale_page.write(clone.root / "docs", found)
    click.echo(scale_page.tables(found))
    if lacking:
        return 3
    return int(not (many.is_well and all(each.held for each in points)))


def status(rows: Sequence[Row]) -> int:
    """Return the exit status for these rows."""
    if any(row.failed for row in rows):
        return 3
    return int(
        any(row.goal and row.goal.kind is Kind.SLOPE and row.is_met is False for row in rows)
    )


def _measured(name: str, measure: Measure) -> list[Row]:
    try:
        found = measure()
    except LabError as error:
        return [Row(name, name, problem=str(error), failed=True)]
    return [found] if isinstance(found, Row) else list(found)


if __name__ == "__main__":
    try:
        bench()
    except LabError as failure:
        click.echo(f"bench: {failure}", err=True)
        sys.exit(failure.exit_status)
