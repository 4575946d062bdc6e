"""The files of a new scenario: the echo server of the ten-minute guide, under another name."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from importlib import resources

from lab.errors import UsageError

NAME = re.compile(r"[a-z][a-z0-9_]*")
FIRST_PORT = 15070
"""The port of the guide's scenario; a new one gets the next that no scenario uses."""

_ENDING = ".txt"


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
    folder = resources.files("lab.scenario") / "example"
    title = name.replace("_", " ").capitalize()
    return {
        each.name.removesuffix(_ENDING): each.read_text(encoding="utf-8")
        .replace(str(FIRST_PORT), str(port))
        .replace("# Echo\n", f"# {title}\n")
        for each in sorted(folder.iterdir(), key=lambda one: one.name)
        if each.name.endswith(_ENDING)
    }


def ports_in(sources: Collection[str]) -> set[int]:
    """Return the numbers in sources that may be ports of the range in which scenarios listen."""
    return {int(number) for text in sources for number in re.findall(r"\b1[5-9]\d{3}\b", text)}
