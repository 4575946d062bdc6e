"""What must be known of the machine to read a bench's times: its cores, kernel, engine, load."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from lab.errors import LabError
from lab.hosts.docker.compose import command as compose_command
from lab.hosts.docker.engine import engine


def facts() -> dict[str, object]:
    """Return the facts, each under a short name."""
    return {
        "cores": os.cpu_count() or 0,
        "kernel": platform.release(),
        "system": _system(),
        "Python": platform.python_version(),
        "engine": _engine(),
        "compose": _compose(),
        "load average at the start": load(),
    }


def load() -> str:
    """Return how many processes wanted a processor, over the last 1, 5 and 15 minutes."""
    return " ".join(f"{average:.1f}" for average in os.getloadavg())


def _system() -> str:
    try:
        return f"{platform.freedesktop_os_release()['PRETTY_NAME']} {platform.machine()}"
    except (OSError, KeyError):
        return f"{platform.system()} {platform.machine()}"


def _engine() -> str:
    try:
        client = engine.connect()
    except LabError as error:
        return f"none ({error.seen})"
    try:
        return str(client.version()["Version"])
    finally:
        client.close()


def _compose() -> str:
    try:
        command = compose_command.find()
    except LabError as error:
        return f"none ({error.seen})"
    return f"{Path(command[0]).name} {compose_command.version(command)}"
