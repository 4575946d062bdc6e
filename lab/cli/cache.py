"""The command that keeps a lab's images in a file, from one job of a CI to the next."""

from __future__ import annotations

import contextlib
from pathlib import Path

import click

from lab.cli.output import say
from lab.clone import here
from lab.hosts.docker.compose.lab import Lab
from lab.hosts.docker.engine import engine
from lab.hosts.docker.images import saved


@click.command("cache")
@click.argument("action", type=click.Choice(["key", "load", "save"]))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
def cache_command(action: str, file: Path | None) -> None:
    """Keep images in FILE, from one CI job to the next.

    key prints a digest of all that they are made from. save writes those that are made into FILE.
    load reads FILE, and does nothing where there is none.
    """
    root = here().root
    names = sorted({plan.image for plan in Lab(root).topology.hosts.values()})
    if action == "key":
        click.echo(saved.key(root, names))
        return
    if file is None:
        raise click.UsageError(f"lab cache {action} needs a FILE.")
    with contextlib.closing(engine.connect()) as client:
        if action == "save":
            say(f"{file}: {', '.join(saved.save(client, root, names, file)) or 'no image is made'}")
        elif file.exists():
            saved.load(client, file)
