"""Commands that carry the lab to machines without a network: pack it, hand it out, install it."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import click

from lab import interruption
from lab.cli.options import host_names
from lab.cli.output import say
from lab.cli.progress import Progress
from lab.clone import here
from lab.errors import UnknownName, UsageError
from lab.hosts.bundle import install, pack
from lab.hosts.bundle.opened import Opened
from lab.hosts.bundle.serve import Server, own_address
from lab.hosts.docker.compose.file import with_needs
from lab.hosts.docker.compose.lab import ALWAYS, Lab
from lab.hosts.docker.engine import engine
from lab.hosts.docker.images import images

NAME = "lab.pyz"

PORT = 8000

bundle_argument = click.argument(
    "bundle", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)


@click.command("bundle")
@click.option(
    "--without",
    multiple=True,
    metavar="HOST",
    shell_complete=host_names,
    help="Leave this host out; may be given several times.",
)
@click.option(
    "--with-image",
    "further",
    multiple=True,
    metavar="IMAGE",
    help="Add an image that no host has, such as gcc; may be given several times.",
)
@click.option(
    "-o",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path(NAME),
    metavar="FILE",
    help=f"Where to write it (usual: {NAME}).",
)
@click.argument("hosts", nargs=-1, shell_complete=host_names)
def bundle_command(
    hosts: tuple[str, ...], without: tuple[str, ...], further: tuple[str, ...], file: Path
) -> None:
    """Pack the whole lab into one file.

    It has images, wheels, course and documents. On a machine with Docker and Python, and no
    network, `python3 lab.pyz` installs it.

    HOSTS limits it to the images of these hosts and of those that they need.
    """
    root, begun = here().root, time.monotonic()
    plans = Lab(root).topology.hosts
    for name in (*hosts, *without):
        if name not in plans:
            known = ", ".join(plans)
            raise UnknownName(f"packing host {name}", f"the hosts are: {known}", "lab bundle")
    always = [name for name in ALWAYS if name in plans]
    chosen = with_needs([*hosts, *always] if hosts else plans, plans)
    kept = [plans[name].image for name in chosen if name not in without]
    with Progress() as progress, contextlib.closing(engine.ensure(progress.say)) as client:
        recipes = images.ensure(client, root, dict.fromkeys([*kept, *further]), progress.say)
        names = {name: recipe.tag for name, recipe in recipes.items()}
        manifest = pack.pack(client, root, names, file, progress)
    took = time.monotonic() - begun
    click.echo(f"{file}: {file.stat().st_size / 1e6:.0f} MB, {len(names)} images, {took:.0f} s")
    click.echo(f"word: {manifest.word}")
    click.echo(f"Try: python3 {file.name} on another machine; lab serve-bundle {file}")


@click.command("install")
@click.option(
    "--into",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("socketlab"),
    metavar="FOLDER",
    help="The folder for the course, which is made (usual: socketlab).",
)
@bundle_argument
def install_command(bundle: Path, folder: Path) -> None:
    """Install a lab from BUNDLE, without a network.

    All of the bundle is checked first. Its course goes into FOLDER, its images to Docker. After a
    break, the same command goes on with what is missing; a file of yours stays as it is.
    """
    with Progress() as progress, Opened(bundle) as opened:
        install.begin(
            opened,
            folder.absolute(),
            progress.say,
            lambda part: progress(f"checking {bundle.name}: {part:.0%}"),
        )
        with contextlib.closing(engine.ensure(progress.say)) as client:
            given = install.give_images(opened, client, progress.say)
        there = len(opened.images) - given
        word = opened.manifest.word
    click.echo(f"Installed in {folder}: {given} images loaded, {there} were there")
    click.echo(f"word: {word}")
    click.echo(f"Try: cd {folder}; . .venv/bin/activate; lab verify; lab run tcp_connect")


@click.command("serve-bundle")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=PORT,
    metavar="N",
    help=f"The port to listen on (usual: {PORT}; 0: any that is free).",
)
@click.option("--address", metavar="ADDRESS", help="This machine's address, as the class sees it.")
@bundle_argument
def serve_bundle_command(bundle: Path, port: int, address: str | None) -> None:
    """Hand BUNDLE to a class over HTTP, until Ctrl-C.

    It prints what to write on the board. Everybody may fetch it at once, and go on after a break
    (ranges).
    """
    with Opened(bundle) as opened:
        word = opened.manifest.word
    try:
        server = Server(bundle.absolute(), word, port, say)
    except OSError as error:
        raise UsageError(
            f"listening on port {port}", str(error), "lab serve-bundle --port 0 BUNDLE"
        ) from error
    at = f"http://{address or own_address()}:{server.server_address[1]}/{bundle.name}"
    server.board = f"curl -C - -O {at}\npython3 {bundle.name}\n\nword: {word}\n"
    click.echo(f"On the board:\n\n{server.board}")
    with server, interruption.awaited(), contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()
