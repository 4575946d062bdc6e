"""Options that several commands have."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

import click

from lab.errors import LabError, UsageError
from lab.wire.address import Family

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Command = TypeVar("Command", bound=Callable[..., Any])

MOST_LABS = 16

labs_option = click.option(
    "-j",
    "labs",
    type=click.IntRange(1, MOST_LABS),
    default=1,
    metavar="N",
    help="Play on N labs at once (with --on: on each engine).",
)


def _engines(_: click.Context, __: click.Parameter, text: str | None) -> tuple[str, ...]:
    """Return the names in a list of engines; raises UsageError where one is missing."""
    names = () if text is None else tuple(each.strip() for each in text.split(","))
    if not all(names):
        raise UsageError(f"reading --on {text!r}", "a name is missing", "--on default,server2")
    return names


def _both(_: click.Context, __: click.Parameter, text: str | None) -> tuple[str, ...]:
    """Return the names of two engines, or none; raises UsageError for another number."""
    names = () if text is None else tuple(each.strip() for each in text.split(","))
    if text is not None and (len(names) != 2 or not all(names) or names[0] == names[1]):
        advice = "--across default,server2, which names two contexts of Docker's"
        raise UsageError(f"reading --across {text!r}", "these are not two engines", advice)
    return names


across_option = click.option(
    "--across",
    "engines_of",
    callback=_both,
    metavar="ENGINES",
    help="On two engines: names of Docker contexts, as in default,server2.",
)

on_option = click.option(
    "--on",
    callback=_engines,
    metavar="ENGINES",
    help="On these engines: names of Docker contexts, as in default,server2.",
)

replace_option = click.option(
    "--replace",
    "replacements",
    multiple=True,
    metavar="OLD=NEW",
    help="Put NEW where OLD is built in, in a copy: localhost=server.",
)

json_option = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")


def _color_anywhere(context: click.Context, _: click.Parameter, when: str) -> str:
    """Have click let colours through where they were asked for, also into a pipe."""
    context.color = True if when == "always" else None
    return when


color_option = click.option(
    "--color",
    callback=_color_anywhere,
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    metavar="WHEN",
    help="Colours: auto (usual: on a terminal), always or never.",
)


def words_of(option: str, text: str) -> tuple[str, ...]:
    """Return the words of an option's text, as a shell takes it apart; raises UsageError."""
    try:
        return tuple(shlex.split(text))
    except ValueError as error:
        advice = f"{option} 'ONE \"AND TWO\"'"
        raise UsageError(f"reading {option} {text}", str(error), advice) from None


def client_words(arguments: tuple[str, ...], option: str | None) -> tuple[str, ...]:
    """Return what CLIENT is called with: ARGUMENTS, or --client-args. Both are a UsageError."""
    if option is not None and arguments:
        reading, twice = "reading the client's arguments", "they are given twice"
        raise UsageError(reading, twice, "leave --client-args out")
    return arguments or words_of("--client-args", option or "")


def scenario_names(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the scenarios whose names begin so, for a shell that completes words, or folders."""
    from click.shell_completion import CompletionItem  # noqa: PLC0415 - only a shell asks

    from lab.clone import here, is_path  # noqa: PLC0415
    from lab.scenario.catalogue import folders  # noqa: PLC0415

    if is_path(begun):
        return [CompletionItem(begun, type="dir")]
    with suppress(LabError):
        known = [each.name for each in folders(here().scenarios)]
        return [CompletionItem(name) for name in known if name.startswith(begun)]
    return []


def host_names(_: click.Context, __: click.Parameter, begun: str) -> list[str]:
    """Return the hosts whose names begin so, for a shell that completes words."""
    from lab.clone import here  # noqa: PLC0415 - only a shell asks
    from lab.hosts.docker.compose.lab import Lab  # noqa: PLC0415

    with suppress(LabError):
        return [name for name in Lab(here().root).hosts if name.startswith(begun)]
    return []


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
