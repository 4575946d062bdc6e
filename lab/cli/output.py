"""How the commands speak: progress on stderr, results on stdout, as wide as the terminal."""

from __future__ import annotations

import os
import shutil
import sys

import click

from lab.wire.text import harmless


def width() -> int:
    """Return the columns to write in: the terminal's (``COLUMNS`` wins), at least 60."""
    return max(60, shutil.get_terminal_size((80, 24)).columns)


def color() -> bool:
    """Return whether colours are wanted: a terminal, and NO_COLOR not set."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def say(text: str) -> None:
    """Tell of progress, one line, on stderr."""
    click.echo(f"lab: {text}", err=True)


class Progress:
    """A line on the terminal's stderr that each new one replaces; nothing where it is piped."""

    def __init__(self) -> None:
        self._shown = 0
        self._live = sys.stderr.isatty()

    def __call__(self, text: str) -> None:
        """Show what is being done now."""
        if self._live:
            line = harmless(text)[: width() - 1]
            sys.stderr.write("\r" + line.ljust(self._shown))
            sys.stderr.flush()
            self._shown = len(line)

    def clear(self) -> None:
        """Take the line away."""
        if self._live and self._shown:
            sys.stderr.write("\r" + " " * self._shown + "\r")
            sys.stderr.flush()
            self._shown = 0
