"""The command that opens the door to the live page, where what it needs is installed."""

from __future__ import annotations

import contextlib
import importlib
from typing import Any

import click

from lab import interruption
from lab.cli.options import scenario_names
from lab.cli.output import say
from lab.cli.progress import Progress
from lab.clone import of as clone_of
from lab.errors import UsageError
from lab.hosts import across
from lab.hosts.docker.compose.lab import Lab
from lab.hosts.docker.engine import engine
from lab.runner.session import turn
from lab.scenario import catalogue

ROOM = "lab.live.door"
"""By its name only: no room below knows of it, and without it all other commands work."""


@click.command("live")
@click.option("--root", is_flag=True, help="Let terminals be root's as well.")
@click.option("--share", is_flag=True, help="Let others on the network look, not touch.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Serve there (usual: any).")
@click.argument("name", required=False, shell_complete=scenario_names)
def live_command(name: str | None, root: bool, share: bool, port: int) -> None:
    """Serve a page on which the lab is seen live, until Ctrl-C.

    It shows the map, packets as they cross, and terminals; it runs scenarios and sets faults. The
    hosts of the scenario NAME are brought up, else the usual ones. The page is for this machine
    only: open the address that is printed.
    """
    clone = clone_of([name] if name else [])
    try:
        door: Any = importlib.import_module(ROOM)
    except ModuleNotFoundError as error:
        raise UsageError(
            "serving the live page",
            f"the package {error.name} is not installed",
            "tools/setup in a clone; elsewhere pip install 'socketlab[live]'",
        ) from None
    across.refuse(clone.root, "serving the live page")
    hosts = catalogue.load(catalogue.find(clone.scenarios, name)).hosts if name else ()
    with Progress() as progress:
        engine.ensure(progress.say)
        with turn(clone.root, progress.say):
            Lab(clone.root).up(hosts, progress.say)
    with contextlib.closing(engine.connect()) as client, interruption.awaited():
        door.open_until_interrupted(
            clone, client, say=say, tell=click.echo, port=port, share=share, root=root, chosen=name
        )
