"""The files of a new scenario, the echo server of the ten-minute guide, and those of a course."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from importlib import resources

from lab.errors import UsageError

NAME = re.compile(r"[a-z][a-z0-9_]*")
COURSE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,48}[A-Za-z0-9])?")
FIRST_PORT = 15070
"""The port of the guide's scenario; a new one gets the next that no scenario uses."""

_ENDING = ".txt"
_PLACES = {
    "action.yml": ".github/actions/socketlab/action.yml",
    "gitignore": ".gitignore",
    "workflow.yml": ".github/workflows/lab.yml",
}
"""Where a course has the files that would mean something here as well."""


def new_scenario(name: str, used_ports: Collection[int]) -> Mapping[str, str]:
    """Return the files of a new scenario of that name, by file name.

    Its port is one that is not among ``used_ports``. Raises UsageError for a name that cannot be a
    folder of scenarios.
    """
    if not NAME.fullmatch(name):
        raise UsageError(
            f"making scenario {name!r}",
            "a name has small letters, digits and _, and begins with a letter",
            "lab new my_echo",
        )
    port = next(port for port in range(FIRST_PORT, 65536) if port not in used_ports)
    title = name.replace("_", " ").capitalize()
    return {
        file: text.replace(str(FIRST_PORT), str(port)).replace("# Echo\n", f"# {title}\n")
        for file, text in _texts("example").items()
    }


def new_course(name: str, version: str) -> Mapping[str, str]:
    """Return the files of a new course of that name, by path, for this version of the lab.

    It has one scenario. Raises UsageError for a name that cannot be a Python project's (PEP 508).
    """
    if not COURSE.fullmatch(name):
        raise UsageError(
            f"making a course named {name!r}",
            "a name has letters, digits, -, _ and ., and begins and ends with a letter or a digit",
            "lab init my-course",
        )
    title = re.sub(r"[-_.]+", " ", name).capitalize()
    files = {
        _PLACES.get(file, file): text.replace("my-course", name)
        .replace("# My course\n", f"# {title}\n")
        .replace("VERSION", version)
        for file, text in _texts("example_course").items()
    }
    return files | {f"scenarios/echo/{file}": text for file, text in _texts("example").items()}


def _texts(folder: str) -> dict[str, str]:
    """Return the texts of a folder's files, by their names."""
    files = sorted((resources.files("lab.scenario") / folder).iterdir(), key=lambda one: one.name)
    return {
        each.name.removesuffix(_ENDING): each.read_text(encoding="utf-8")
        for each in files
        if each.name.endswith(_ENDING)
    }


def ports_in(sources: Collection[str]) -> set[int]:
    """Return the numbers in sources that may be ports of the range in which scenarios listen."""
    return {int(number) for text in sources for number in re.findall(r"\b1[5-9]\d{3}\b", text)}
