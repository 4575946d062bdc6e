"""The command that says whether two machines have the same lab."""

from __future__ import annotations

import contextlib
import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from lab.cli.progress import Progress
from lab.clone import here, text_of
from lab.errors import CouldNotJudge, UsageError
from lab.hosts.bundle import examine, kept
from lab.hosts.bundle.install import INSTALLED
from lab.hosts.bundle.manifest import Manifest, differences, from_json, to_json
from lab.hosts.bundle.opened import Opened
from lab.hosts.docker.engine import engine
from lab.hosts.docker.images import images
from lab.observation import store


@click.command("verify")
@click.option(
    "--save",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write what this lab is into FILE, for lab verify elsewhere.",
)
@click.argument(
    "others", nargs=-1, metavar="[OTHER] [ANOTHER]", type=click.Path(exists=True, path_type=Path)
)
def verify_command(others: tuple[Path, ...], file: Path | None) -> None:
    """Say whether two machines have the same lab.

    All is compared to the last layer and package. OTHER is a file that `lab verify --save` wrote on
    another machine, a bundle, or the folder of a run, whose record says with what it was made.
    Without it, this lab is held to the bundle from which it was installed. With ANOTHER, these two
    are compared instead of this lab. Equal labs have the same word.

    The exit status is 1 where something differs.
    """
    if len(others) > 2:
        seen = f"there are {len(others)} to compare"
        raise UsageError("verifying the lab", seen, "lab verify OTHER, or lab verify ONE ANOTHER")
    root = here().root
    installed = root / INSTALLED
    given = others or ((installed,) if installed.is_file() else ())
    there = _read(given[-1]) if given else None
    found = _read(given[0]) if len(given) > 1 else _here(root, there)
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
    for line in _around(*others) if len(others) > 1 else ():
        click.echo(f"· {line}")
    same = "" if not there else f" there: {there.word}" if lines else ", the same lab"
    click.echo(f"word: {found.word}{same}")
    sys.exit(1 if lines else 0)


def _here(root: Path, there: Manifest | None) -> Manifest:
    """Return what the lab on this machine is, with the images that the other lab has."""
    with Progress() as progress, contextlib.closing(engine.connect()) as client:
        progress("reading what is in the images")
        wanted = images.recipes(root, there.images) if there else examine.recipes(root)
        return examine.manifest(client, root, wanted)


def _around(one: Path, other: Path) -> Iterator[str]:
    """Say in what the machines of two runs differ, which is no part of the lab."""
    told = [kept.around(_document(path)) for path in (one, other) if _record(path)]
    if len(told) == 2:
        own, its = told
        yield from (
            f"{name} {own[name]} here, {its[name]} there" for name in own if own[name] != its[name]
        )


def _record(path: Path) -> Path | None:
    """Return the record that a path means: that of a run's folder, or the file itself."""
    path = path / store.RECORD if path.is_dir() else path
    return path if path.name == store.RECORD else None


def _document(path: Path) -> Any:
    path = _record(path) or path
    try:
        return json.loads(text_of(path))
    except (OSError, ValueError) as error:
        raise UsageError(
            f"reading {path}",
            f"it is no manifest and no run's record: {error}",
            "lab verify --save FILE writes a manifest; lab run makes records",
        ) from error


def _read(path: Path) -> Manifest:
    if zipfile.is_zipfile(path):
        with Opened(path) as opened:
            return opened.manifest
    if record := _record(path):
        return kept.manifest_of(record, _document(record))
    return from_json(_document(path))
