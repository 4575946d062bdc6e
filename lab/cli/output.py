"""How the commands speak: progress on stderr, results on stdout, as wide as the terminal."""

from __future__ import annotations

import os
import shutil
import sys

import click


def width() -> int:
    """Return the columns to write in: the terminal's (``COLUMNS`` wins), at least 60."""
    return max(60, shutil.get_terminal_size((80, 24)).columns)


def color(when: str = "auto") -> bool:
    """Return whether colours are wanted: ``always``, ``never``, or where a terminal shows them.

    NO_COLOR (https://no-color.org) speaks where nothing else was said.
    """
    if when != "auto":
        return when == "always"
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def say(text: str) -> None:
    """Tell of progress, one line, on stderr."""
    click.echo(f"lab: {text}", err=True)


def has_screen() -> bool:
    """Tell whether a browser that is no terminal's could open here."""
    return sys.platform == "darwin" or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))
