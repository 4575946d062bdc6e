"""The command that proves expectations: it breaks scenarios on purpose."""

from __future__ import annotations

import sys

import click

from lab.cli.options import families, family_options, labs_option
from lab.cli.output import Progress, say, width
from lab.clone import here
from lab.hosts.docker.compose.lab import Lab
from lab.scenario import catalogue
from lab.suite import matrix, proof, suite
from lab.suite.judging import Player
from lab.suite.players import Kept, KeptFirst


@click.command("prove")
@family_options("Over")
@labs_option
@click.option("--kept", is_flag=True, help="Use the unbroken runs in out/ instead of new ones.")
@click.argument("names", nargs=-1)
def prove_command(names: tuple[str, ...], family: str | None, kept: bool, labs: int) -> None:
    """Break scenarios on purpose, and show what notices.

    A matrix shows which expectation notices which break. NAMES select as for lab run.
    """
    clone = here()
    scenarios = catalogue.select(clone.scenarios, names)
    known = Lab(clone.root).hosts
    for scenario in scenarios:
        scenario.check(known)
    progress = Progress()
    proofs = []

    def proved(one: proof.Proof) -> None:
        proofs.append(one)
        progress.clear()
        click.echo(matrix.render(one, width()))

    with suite.playing(clone, labs, say) as played:
        player: Player = KeptFirst(Kept(clone), played) if kept else played
        proof.prove(clone, scenarios, families(family), player, proved, progress)
    click.echo(matrix.conclusion(proofs))
    sys.exit(proof.exit_status(proofs))
