"""The command that begins a course of one's own."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import click

from lab.errors import UsageError
from lab.scenario.template import new_course


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path))
def init_command(folder: Path) -> None:
    """Begin a course of your own in FOLDER, which is made.

    It has a compose.yaml with three hosts, one scenario, a Makefile, a workflow for CI and a README
    with two commands. Every command of lab works in it as in a clone.
    """
    files = new_course(folder.absolute().name, version("socketlab"))
    attempted = f"making a course in {folder}"
    try:
        if any(folder.iterdir()):
            raise UsageError(attempted, "it is there, and not empty", "lab init another-name")
    except FileNotFoundError:
        pass
    except NotADirectoryError:
        raise UsageError(attempted, "it is a file", "lab init another-name") from None
    try:
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(attempted, str(error), "lab init in a folder of your own") from None
    click.echo(f"Made {folder}: {', '.join(files)}")
    click.echo(f"Try: cd {folder}; make lab, or: lab run; then README.md")
