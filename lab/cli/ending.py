"""How every command ends: an error on one screen, and an exit status that says what it means.

Status 1 says that an expectation does not hold, so no failure of the lab's own ever has it: what
nobody foresaw has 3, and its traceback is kept in a file.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import select
import shlex
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

import click

from lab import interruption
from lab.errors import CouldNotJudge, LabError, NoSpace, UsageError
from lab.wire.text import harmless

MOST_LINES = 20
"""Lines of an error that are shown: with what stands above, they fit on one screen."""

STANDARD = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))


def status_of(command: Callable[[], object]) -> int:
    """Do a command, tell what goes wrong, and return the exit status."""
    try:
        _make_streams_usable()
        status = _done(command)
        sys.stdout.flush()
    except click.ClickException as error:
        with contextlib.suppress(OSError):
            error.show()
        status = 2
    except LabError as error:
        status = _complained(str(error), error.exit_status)
    except (KeyboardInterrupt, click.Abort):
        status = interruption.STATUS
    except Exception as error:
        if isinstance(error, BrokenPipeError) and _nobody_reads():
            status = 128 + signal.SIGPIPE  # as for any other program whose reader leaves early
        else:
            told = _explained(error)
            status = _complained(str(told), told.exit_status)
    if interruption.is_asked():
        status = interruption.STATUS
    if status == interruption.STATUS:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.flush()
        interruption.tell()
    _drop_unread()
    return status


def _done(command: Callable[[], object]) -> int:
    """Do a command that may end with an exit status, and return that."""
    try:
        command()
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 0
    return 0


def _make_streams_usable() -> None:
    """Open the streams that were closed before the start, or a file would take their numbers.

    Raises CouldNotJudge where standard output was closed: the results could not be told.
    """
    closed = [name for name, _ in STANDARD if getattr(sys, name) is None]
    for number, (name, mode) in enumerate(STANDARD):
        stream = getattr(sys, name)
        if name in closed:
            nothing = os.open(os.devnull, os.O_RDWR)
            os.dup2(nothing, number)
            os.set_inheritable(number, True)
            setattr(sys, name, os.fdopen(number, mode))
            if nothing > 2:
                os.close(nothing)
        elif mode == "w" and isinstance(stream, io.TextIOWrapper):
            # A terminal that has no ✔ gets its escape.
            stream.reconfigure(errors="backslashreplace")
    if "stdout" in closed:
        raise CouldNotJudge(
            "telling the results",
            "standard output is closed",
            "let it lead to a file, or to /dev/null",
        )


def _nobody_reads() -> bool:
    """Return whether the reader of standard output or standard error is gone."""
    poll = select.poll()
    for number in (1, 2):
        poll.register(number, 0)
    return any(event & select.POLLERR for _, event in poll.poll(0))


def _drop_unread() -> None:
    """Drop what can no longer be written, or Python would end with a status of its own, 120."""
    for number, stream in ((1, sys.stdout), (2, sys.stderr)):
        try:
            stream.flush()
        except (OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), number)


def _explained(error: Exception) -> LabError:
    """Return what an error that is not the lab's own means to the user."""
    if isinstance(error, OSError):
        name = "" if error.filename is None else os.fsdecode(error.filename)
        if error.errno == errno.ENOSPC:
            return NoSpace(f"writing {name}".strip(), "no space left", "df -h; lab doctor")
        if name:
            return UsageError(
                f"using {name}",
                error.strerror or str(error),
                "look at its owner with ls -ld; run the lab as that user, or in your own clone",
            )
    place = traceback.extract_tb(error.__traceback__)[-1]
    said = " ".join(traceback.format_exception_only(error)[-1].split())
    kept = _kept("".join(traceback.format_exception(error)))
    return LabError(
        f"doing {shlex.join(['lab', *sys.argv[1:]])}",
        f"{said[:300]} ({Path(place.filename).name}, line {place.lineno})\n"
        "This is a fault of the lab, and nothing was judged.",
        f"report it, with the command{f' and the file {kept}' if kept else ''}",
    )


def _kept(details: str) -> str | None:
    """Keep the details of an error in a file, and return its name; None where that fails."""
    with contextlib.suppress(OSError):
        descriptor, name = tempfile.mkstemp(prefix="socketlab-", suffix=".txt")
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(details)
        return name
    return None


def _complained(text: str, status: int) -> int:
    """Say on standard error what went wrong, in one screen, and return the status.

    What goes wrong after Ctrl-C is of no interest.
    """
    return status if interruption.is_asked() else _say(text, status)


def _say(text: str, status: int) -> int:
    lines = [harmless(line) for line in text.splitlines()]
    if len(lines) > MOST_LINES:
        kept = _kept(text)
        whole = f"… (the whole is in {kept})" if kept else "…"
        lines = [*lines[: MOST_LINES // 2], whole, *lines[1 - MOST_LINES // 2 :]]
    with contextlib.suppress(OSError):
        click.echo("\n".join(["lab: " + lines[0], *lines[1:]]), err=True)
    return status
