"""The command ``lab``: its options, its exit statuses, and every error on one screen.

Exit statuses: 0 all expectations hold, 1 some fail, 2 a name or an option is wrong,
3 it could not be judged.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

from lab.cli.ending import status_of
from lab.cli.words import ALIASES, advice
from lab.errors import UnknownName

COMMANDS = {
    "assign": "assign",
    "bundle": "bundle",
    "cache": "cache",
    "capture": "capture",
    "completion": "completion",
    "doctor": "list",
    "down": "hosts",
    "engines": "engines",
    "exec": "hosts",
    "fault": "fault",
    "grade": "grade",
    "images": "images",
    "init": "init",
    "install": "bundle",
    "judge": "run",
    "lesson": "lesson",
    "list": "list",
    "live": "live",
    "logs": "upkeep",
    "map": "upkeep",
    "new": "new",
    "open": "show",
    "prove": "prove",
    "read": "read",
    "restart": "upkeep",
    "run": "run",
    "serve-bundle": "bundle",
    "shell": "hosts",
    "status": "hosts",
    "step": "step",
    "story": "show",
    "try": "try_programs",
    "up": "hosts",
    "verify": "verify",
    "wireshark": "show",
}
"""Each command and the module that defines it, imported only when it is used."""


class Commands(click.Group):
    """The commands, each loaded when it is called, so that none waits for another's imports."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name, or of that word of another tool, or None."""
        cmd_name = ALIASES.get(cmd_name, cmd_name)
        if cmd_name not in COMMANDS:
            return None
        module: Any = importlib.import_module(f"lab.cli.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, f"{cmd_name.replace('-', '_')}_command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the words name; raises UnknownName where they name none."""
        word = args[0]
        if self.get_command(ctx, word) is None and not word.startswith("-"):
            raise UnknownName(
                f"doing lab {word}", "there is no such command", advice(word, COMMANDS)
            )
        return super().resolve_command(ctx, args)


STATUSES = f"""Understood too: {", ".join(f"{word} ({name})" for word, name in ALIASES.items())}.

Exit statuses: 0 all expectations hold, 1 some fail, 2 a name or an option is wrong,
3 something could not be judged."""


@click.command(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
    epilog=STATUSES,
)
@click.version_option(package_name="socketlab", prog_name="lab")
def lab() -> None:
    """Run socket programs on hosts of their own, and see and judge every packet."""


def main() -> None:
    """Run the command line and exit with its status."""
    sys.exit(status())


def status() -> int:
    """Run the command line and return its exit status."""
    return status_of(_command_line)


def _command_line() -> None:
    if asked := os.environ.get("_LAB_COMPLETE"):
        from click.shell_completion import shell_complete  # noqa: PLC0415 - only a shell asks

        sys.exit(shell_complete(lab, {}, "lab", "_LAB_COMPLETE", asked))
    # Not click's own main(): that gives a reader who leaves early the status 1.
    with lab.make_context("lab", sys.argv[1:]) as context:
        lab.invoke(context)
