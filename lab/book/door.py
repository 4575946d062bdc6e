"""The command that makes the book: words in, exit status out."""

from __future__ import annotations

import sys
import time

import click

from lab.book import build
from lab.cli.ending import status_of
from lab.clone import of


@click.command("book")
@click.argument("names", nargs=-1)
def book(names: tuple[str, ...]) -> None:
    """Make the course as a book in out/book, from its lessons and the last runs.

    NAMES select scenarios, as for lab run. Without NAMES, all have a chapter.
    """
    begun = time.monotonic()
    out = build.make(of(names), names, lambda said: click.echo(f"book: {said}", err=True))
    click.echo(f"The site: {out / 'index.html'}")
    click.echo(f"The PDF: {out / build.PDF} (all made in {time.monotonic() - begun:.0f} s)")


def status() -> int:
    """Run the command line and return its exit status."""
    return status_of(_command_line)


def _command_line() -> None:
    with book.make_context("python -m lab.book", sys.argv[1:]) as context:
        book.invoke(context)
