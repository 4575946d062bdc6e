"""The command that says whether two machines have the same lab."""

from __future__ import annotations

import contextlib
import json
import sys
import zipfile
from pathlib import Path

import click

from lab.cli.progress import Progress
from lab.clone import here, text_of
from lab.errors import CouldNotJudge, UsageError
from lab.hosts.bundle import examine
from lab.hosts.bundle.install import INSTALLED
from lab.hosts.bundle.manifest import Manifest, differences, from_json, to_json
from lab.hosts.bundle.opened import Opened
from lab.hosts.docker.engine import engine
from lab.hosts.docker.images import images


@click.command("verify")
@click.option(
    "--save",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write what this lab is into FILE, for lab verify elsewhere.",
)
@click.argument("other", required=False, type=click.Path(exists=True, path_type=Path))
def verify_command(other: Path | None, file: Path | None) -> None:
    """Say whether two machines have the same lab.

    All is compared to the last layer and package. OTHER is a file that `lab verify --save` wrote on
    another machine, or a bundle. Without it, this lab is held to the bundle from which it was
    installed. Equal labs have the same word.

    The exit status is 1 where something differs.
    """
    root = here().root
    installed = root / INSTALLED
    there = _read(other) if other else _read(installed) if installed.is_file() else None
    with Progress() as progress, contextlib.closing(engine.connect()) as client:
        progress("reading what is in the images")
        wanted = images.recipes(root, there.images) if there else examine.recipes(root)
        found = examine.manifest(client, root, wanted)
    if there:
        found = found.only(there.images)
    elif not found.images:
        raise CouldNotJudge("verifying the lab", "it has no image yet", "lab up")
    if file is not None:
        file.write_text(json.dumps(to_json(found), indent=1) + "\n", encoding="utf-8")
    lines = differences(found, there) if there else []
    for line in lines:
        click.echo(f"✗ {line}")
    for name, image in found.images.items():
        if not there or image == there.images[name]:
            click.echo(f"✔ {name}: {len(image.layers)} layers, {len(image.packages)} packages")
    same = "" if not there else f" there: {there.word}" if lines else ", the same lab"
    click.echo(f"word: {found.word}{same}")
    sys.exit(1 if lines else 0)


def _read(path: Path) -> Manifest:
    if zipfile.is_zipfile(path):
        with Opened(path) as opened:
            return opened.manifest
    try:
        return from_json(json.loads(text_of(path)))
    except ValueError as error:
        raise UsageError(
            f"reading {path}", f"it is no manifest: {error}", "lab verify --save FILE writes one"
        ) from error
