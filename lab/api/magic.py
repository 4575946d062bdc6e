"""The cell magic ``%%socketlab``: a server and a client, written in cells of a notebook."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from lab.api.session import try_
from lab.api.shown import ShownRun
from lab.errors import UsageError

ROLES = ("server", "client")

_FILE = re.compile(r"(server|client)\w*\.\w+")
_MARK = re.compile(rf"^(?:#|//) *({_FILE.pattern}) *$", re.MULTILINE)
"""The first line of a file in a cell: its name, as a comment of Python, sh or C."""

SERVER_FIRST = "run the cell that begins with %%socketlab server.py, then this one again"
BOTH = "begin each file with a line that has its name: # server.py, then # client.py"


def load_ipython_extension(shell: Any) -> None:
    """Add the magic to a shell of IPython: ``%load_ext lab`` calls this."""
    cells = Cells()
    shell.register_magic_function(cells.socketlab, "cell", "socketlab")


@click.command("socketlab")
@click.option("--port", type=click.IntRange(1, 65535))
@click.option("--udp", is_flag=True, default=None)
@click.option("--ipv6", is_flag=True, default=None)
@click.option("--server-args", "server_arguments", type=shlex.split)
@click.option("--client-args", "client_arguments", type=shlex.split)
@click.option("--clients", type=click.IntRange(1, 20))
@click.option("--type", "typed", multiple=True)
@click.option("--server-type", "server_typed", multiple=True)
@click.option("--deadline", type=click.FloatRange(0.5, 600))
@click.argument("file", required=False)
def _line(**given: Any) -> dict[str, Any]:
    """Return what the line of the magic says; the options are those of ``lab try``."""
    return {name: value for name, value in given.items() if value not in (None, ())}


class Cells:
    """The files that cells of one notebook have given, the last of each role."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, str]] = {}

    def socketlab(self, line: str, cell: str) -> ShownRun | None:
        """Run a server and a client, each on a host of its own.

        Two files in one cell each begin with a line that has its name: ``# server.py``,
        ``# client.py``. Or two cells have one each: ``%%socketlab server.py`` keeps a cell,
        ``%%socketlab client.py`` runs both. The options are those of ``lab try``: ``--port``,
        ``--udp``, ``--ipv6``, ``--clients``, ``--type``, ``--server-type``, ``--server-args``,
        ``--client-args``, ``--deadline``. Raises UsageError where a file is missing.
        """
        try:
            given: dict[str, Any] = _line(shlex.split(line), standalone_mode=False)
        except (click.ClickException, ValueError) as error:
            said = error.format_message() if isinstance(error, click.ClickException) else error
            raise UsageError(f"reading %%socketlab {line}", f"{said}", "?socketlab") from None
        name = given.pop("file", None)
        for each, text in _files(name, cell).items():
            self._kept[each[: len("server")]] = each, text
        if name and name.startswith("server"):
            sys.stdout.write(f"{name} is kept; a cell with %%socketlab client.py runs it\n")
            return None
        if "server" not in self._kept:
            raise UsageError("looking for the programs", "there is no server", SERVER_FIRST)
        arguments = given.pop("client_arguments", ())
        with TemporaryDirectory(prefix="socketlab-cells-") as folder:
            for each, text in self._kept.values():
                (Path(folder) / each).write_text(text, encoding="utf-8")
            server, client = (Path(folder) / self._kept[role][0] for role in ROLES)
            return try_(server, client, *arguments, **given)


def _files(name: str | None, cell: str) -> dict[str, str]:
    """Return the files of a cell by their names; raises UsageError where it has none."""
    if name is not None:
        if not _FILE.fullmatch(name):
            raise UsageError(
                f"keeping the cell as {name!r}",
                "it is no server and no client",
                "%%socketlab server.py",
            )
        return {name: cell}
    marks = [*_MARK.finditer(cell)]
    if {mark[2] for mark in marks} != {*ROLES} or len(marks) != len(ROLES):
        raise UsageError("looking for two programs in the cell", "there are not two", BOTH)
    ends = [*(mark.start() for mark in marks[1:]), len(cell)]
    return {mark[1]: cell[mark.start() : end] for mark, end in zip(marks, ends, strict=True)}
