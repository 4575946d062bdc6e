"""The command about the images of hosts: what is in them, and what is to be in them."""

from __future__ import annotations

import contextlib
import sys

import click

from lab.cli.progress import Progress
from lab.clone import here
from lab.hosts.bundle import examine
from lab.hosts.docker.engine import engine
from lab.hosts.docker.images import images, locks


@click.command("images")
@click.argument("action", type=click.Choice(["check", "lock"]), default="check")
@click.argument("chosen", nargs=-1, metavar="[IMAGE]...")
def images_command(action: str, chosen: tuple[str, ...]) -> None:
    """Check or lock the packages in the images.

    A lock is the file images/IMAGE.lock, with the versions of Debian's packages. `lab images lock`
    writes the locks anew from the images as they are now, which it makes where they are missing.
    `lab images` says what an image has otherwise than its lock says; the exit status is then 1.

    Without IMAGE, all that hosts need are meant.
    """
    root = here().root
    with Progress() as progress, contextlib.closing(engine.ensure(progress.say)) as client:
        known = images.recipes(root, chosen) if chosen else examine.recipes(root)
        if action == "lock":
            images.ensure(client, root, known, progress.say)
            progress("reading what is in the images")
            for path in locks.renew(client, root, known):
                click.echo(f"locked: {path.relative_to(root)}")
            return
        is_other = False
        for name, recipe in known.items():
            if not client.has_image(recipe.tag):
                seen = ["not made yet"]
            elif locks.locked(recipe, known) is None:
                seen = ["no lock"]
            else:
                seen = locks.unlike(client, recipe, known)
                is_other |= bool(seen)
            progress.clear()
            click.echo(f"{name}: {seen[0] if len(seen) == 1 else 'as locked' if not seen else ''}")
            for line in seen if len(seen) > 1 else ():
                click.echo(f"  {line}")
    sys.exit(1 if is_other else 0)
