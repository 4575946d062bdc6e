"""The command ``lab``: its options, its exit statuses, and every error on one screen.

Exit statuses: 0 all expectations hold, 1 some fail, 2 a name or an option is wrong,
3 it could not be judged.
"""

from __future__ import annotations

import errno
import importlib
import io
import os
import signal
import sys
from typing import Any

import click

from lab.errors import LabError, NoSpace, UsageError

COMMANDS = {
    "capture": "hosts",
    "doctor": "list",
    "down": "hosts",
    "exec": "hosts",
    "fault": "fault",
    "judge": "run",
    "lesson": "lesson",
    "list": "list",
    "open": "show",
    "prove": "prove",
    "run": "run",
    "shell": "hosts",
    "status": "hosts",
    "story": "show",
    "try": "try_programs",
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

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a reader that leaves early (``| head``) ends it like SIGPIPE would.

        Here, because click itself would end with 1: the status of an expectation that fails.
        """
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise click.exceptions.Exit(128 + signal.SIGPIPE) from None


STATUSES = """Exit statuses: 0 all expectations hold, 1 some fail, 2 a name or an option is wrong,
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
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that has no ✔ gets its escape
            stream.reconfigure(errors="backslashreplace")
    try:
        status = lab.main(prog_name="lab", standalone_mode=False)
    except click.exceptions.Exit as leaving:
        status = leaving.exit_code
    except click.Abort:
        status = _complained("interrupted; what the lab had started is being ended", 130)
    except click.ClickException as error:
        error.show()
        status = 2
    except LabError as error:
        status = _complained(str(error), error.exit_status)
    except KeyboardInterrupt:
        status = _complained("interrupted; what the lab had started has been ended", 130)
    except OSError as error:
        explained = _explained(error)
        if explained is None:
            raise
        status = _complained(str(explained), explained.exit_status)
    sys.exit(status if isinstance(status, int) else 0)


def _explained(error: OSError) -> LabError | None:
    """Return what an error about a file means to the user; None for any other."""
    if error.errno == errno.ENOSPC:
        return NoSpace(
            "writing", f"no space left on the disk ({error.filename})", "df -h; lab doctor"
        )
    if error.filename is None:
        return None
    return UsageError(
        f"using {os.fsdecode(error.filename)}",
        error.strerror or str(error),
        "look at its owner with ls -ld; run the lab as that user, or in your own clone",
    )


def _complained(text: str, status: int) -> int:
    click.echo(f"lab: {text}", err=True)
    return status
