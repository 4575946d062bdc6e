"""The command that proves expectations: it breaks scenarios on purpose."""

from __future__ import annotations

import json
import sys

import click

from lab.cli.options import (
    families,
    family_options,
    json_option,
    labs_option,
    on_option,
    scenario_names,
)
from lab.cli.output import width
from lab.cli.progress import Progress
from lab.clone import of
from lab.hosts.docker.compose.lab import Lab
from lab.scenario import catalogue
from lab.suite import kept_proof, matrix, proof, results, suite
from lab.suite.judging import Player
from lab.suite.players import Kept, KeptFirst


@click.command("prove")
@family_options("Over")
@labs_option
@on_option
@click.option("--kept", is_flag=True, help="Use the unbroken runs in out/ instead of new ones.")
@json_option
@click.argument("names", nargs=-1, shell_complete=scenario_names)
def prove_command(
    names: tuple[str, ...],
    family: str | None,
    kept: bool,
    as_json: bool,
    labs: int,
    on: tuple[str, ...],
) -> None:
    """Break scenarios on purpose, and show what notices.

    A matrix shows which expectation notices which break. NAMES select as for lab run.
    """
    clone = of(names)
    scenarios = catalogue.select(clone.scenarios, names)
    known = Lab(clone.root).hosts
    for scenario in scenarios:
        scenario.check(known)
    proofs = []
    with Progress() as progress:

        def proved(one: proof.Proof) -> None:
            proofs.append(one)
            kept_proof.keep(clone, one)
            progress.clear()
            if not as_json:
                click.echo(matrix.render(one, width()))

        with suite.playing(clone, labs, progress.say, on=on) as played:
            player: Player = KeptFirst(Kept(clone), played) if kept else played
            proof.prove(clone, scenarios, families(family), player, proved, progress)
    if as_json:
        click.echo(json.dumps(results.from_proofs(proofs), indent=2))
    else:
        click.echo(matrix.conclusion(proofs))
    sys.exit(proof.exit_status(proofs))
