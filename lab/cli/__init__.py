"""The command ``lab``: its options, its exit statuses, and every error on one screen.

Exit statuses: 0 all expectations hold, 1 some do not, 2 it was asked for what does not exist,
3 it could not be judged.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

from lab.errors import LabError, NoSpace

COMMANDS = {
    "capture": "hosts",
    "doctor": "looking",
    "down": "hosts",
    "exec": "hosts",
    "lesson": "lessons",
    "list": "looking",
    "prove": "running",
    "run": "run",
    "shell": "hosts",
    "status": "hosts",
    "try": "running",
    "up": "hosts",
}
"""Each command and the module that defines it, imported only when it is used."""


class Commands(click.Group):
    """The commands, each loaded when it is called, so that none waits for another's imports."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        module: Any = importlib.import_module(f"lab.cli.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="socketlab", prog_name="lab")
def lab() -> None:
    r"""Run socket programs on hosts of their own, and see and judge every packet.

    \b
    Exit statuses: 0 all expectations hold, 1 some do not,
                   2 usage, 3 could not be judged.
    """


def main() -> None:
    """Run the command line and exit with its status."""
    try:
        status = lab.main(standalone_mode=False)
    except click.exceptions.Exit as leaving:
        status = leaving.exit_code
    except click.Abort:
        status = _told("interrupted; what the lab had started is being ended", 130)
    except click.ClickException as error:
        error.show()
        status = 2
    except LabError as error:
        status = _told(str(error), error.exit_status)
    except KeyboardInterrupt:
        status = _told("interrupted; what the lab had started has been ended", 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 141
    except OSError as error:
        if error.errno != 28:
            raise
        full = NoSpace(
            "writing", f"no space left on the disk ({error.filename})", "df -h; lab doctor"
        )
        status = _told(str(full), full.exit_status)
    sys.exit(status if isinstance(status, int) else 0)


def _told(text: str, status: int) -> int:
    click.echo(f"lab: {text}", err=True)
    return status
