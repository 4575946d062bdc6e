"""Words that people try: those that mean a command, and what to say of all others."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping

ALIASES: Mapping[str, str] = {"connect": "shell", "ps": "status", "stop": "down", "test": "run"}
"""Words of other tools that mean a command."""

FOREIGN: Mapping[str, str] = {
    "attach": "lab shell HOST",
    "browse": "lab open",
    "build": "lab up, which makes missing images",
    "check": "lab doctor",
    "clean": "lab down --images",
    "create": "lab new NAME",
    "destroy": "lab down",
    "dump": "lab capture HOST",
    "help": "lab --help",
    "hosts": "lab status",
    "impair": "lab fault LINK",
    "info": "lab doctor",
    "kill": "lab down",
    "login": "lab shell HOST",
    "ls": "lab list",
    "mark": "lab grade SCENARIO SUBMISSION",
    "mutate": "lab prove",
    "netem": "lab fault LINK",
    "page": "lab open",
    "play": "lab run",
    "pytest": "lab run, or pytest scenarios",
    "rm": "lab down",
    "scenarios": "lab list",
    "show": "lab story NAME",
    "sniff": "lab capture HOST",
    "ssh": "lab shell HOST",
    "start": "lab up",
    "tcpdump": "lab capture HOST",
    "tshark": "lab read FILE, or lab capture HOST -w - | tshark -r -",
    "topology": "lab map",
    "version": "lab --version",
    "view": "lab open",
}
"""Words of other tools, and what does that here."""


def advice(word: str, commands: Collection[str]) -> str:
    """Return what to try instead of a word that is no command."""
    if word in FOREIGN:
        return FOREIGN[word]
    known = [*commands, *ALIASES, *FOREIGN]
    near = difflib.get_close_matches(word, known, n=3, cutoff=0.6)
    meant = dict.fromkeys(FOREIGN.get(each, f"lab {ALIASES.get(each, each)}") for each in near)
    return " or ".join(meant) or "lab --help"
