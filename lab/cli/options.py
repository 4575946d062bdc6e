"""Options that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from lab.wire.address import Family

Command = TypeVar("Command", bound=Callable[..., Any])

MOST_LABS = 16

labs_option = click.option(
    "-j",
    "labs",
    type=click.IntRange(1, MOST_LABS),
    default=1,
    metavar="N",
    help="Play on N labs at once.",
)


def family_options(what: str) -> Callable[[Command], Command]:
    """Return the options --ipv4 and --ipv6, which give ``family``; ``what`` ends their help."""

    def add(command: Command) -> Command:
        for family in reversed(Family):
            told = f"{what} {family.label} only.".strip()
            flag = click.option(f"--{family.value}", "family", flag_value=family.value, help=told)
            command = flag(command)
        return command

    return add


def families(chosen: str | None) -> list[Family]:
    """Return the IP version that was chosen, or both."""
    return [Family(chosen)] if chosen else list(Family)
