"""Attack the lab, and tell in a table what held.

    make attack                                            all of it, at most 30 minutes
    PYTHONPATH=tests/lab:tests/unit .venv/bin/python tests/attack/attack.py [--quick] [NAME …]

The attacks hit a copy of this clone, which has hosts of its own. Exit status 0: all that was tried
held. 1: something broke. 3: an attack itself failed, or there was no time for it. What this machine
does not allow is counted and named.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import click
import ledger
from attack_table import HEAD, row, status, total
from attack_target import Target
from attacking import Attack, Outcome, Result, carry_out, left_out
from hostile_bytes import BYTES
from hostile_programs import PROGRAMS
from hostile_signals import SIGNALS
from hostile_ways_out import WAYS_OUT

ATTACKS: tuple[Attack[Target], ...] = (*PROGRAMS, *WAYS_OUT, *SIGNALS, *BYTES)
MOST = {True: 1200.0, False: 1800.0}
"""Seconds after which no further attack begins, for the quick half and for all."""


def carry_out_all(attacks: list[Attack[Target]], target: Target, most: float) -> list[Result]:
    """Carry out attacks one after the other, each told when it has ended."""
    give_up = time.monotonic() + most
    results: list[Result] = []
    for attack in attacks:
        if time.monotonic() > give_up:
            result = left_out(attack, f"no time was left of {most:g} s")
        else:
            result = carry_out(attack, target)
        results.append(result)
        if result.outcome is Outcome.BROKE:
            target.renew()
        click.echo(row(result))
    return results


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, help=__doc__)
@click.option("--quick", is_flag=True, help="Only the quick half.")
@click.option("--list", "lists", is_flag=True, help="Only say what there is, and what is held.")
@click.argument("names", nargs=-1)
def main(quick: bool, lists: bool, names: tuple[str, ...]) -> None:
    known = [attack.name for attack in ATTACKS]
    if unknown := [name for name in names if name not in known]:
        raise click.UsageError(f"no attack {unknown[0]!r}; there are: {', '.join(known)}")
    chosen = [each for each in ATTACKS if each.quick or not quick]
    chosen = [each for each in chosen if not names or each.name in names]
    if lists:
        for each in chosen:
            click.echo(f"{each.kind}: {each.name} (held: {each.held})")
        return
    ledger.sweep()
    with tempfile.TemporaryDirectory(prefix="attacked-") as folder:
        target = Target(Path(folder))
        try:
            target.check()  # What comes after an attack must be so before any.
            click.echo(HEAD)
            results = carry_out_all(chosen, target, MOST[quick])
        finally:
            target.close()
    click.echo(f"\n{total(results)}")
    sys.exit(status(results))


if __name__ == "__main__":
    main()
