"""What a scenario is made of: programs on hosts, over one or both IP versions, and its folder."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lab.address import Family, Service
from lab.errors import ScenarioInvalid

if TYPE_CHECKING:
    from collections.abc import Sequence

BOTH: tuple[Family, ...] = (Family.IPV4, Family.IPV6)

DEFAULT_DEADLINE = 10.0
"""Seconds that a program may run after it is the last one waited for."""


@dataclass(frozen=True)
class Program:
    """A program on a host: a Python file of the scenario's folder, and its arguments.

    In an argument ``{server}`` stands for the address of host *server* in the run's IP version and
    ``{version}`` for ``4`` or ``6``; a bare host name is looked up by the program itself, in the
    lab's DNS.

    ``listens_on`` is what the program promises to listen on; the lab starts the next program when
    that socket is there. ``serves`` says that it goes on serving and is stopped by the lab once
    the other programs have ended. ``deadline`` bounds its run, in seconds; ``waits`` says how many
    of them it waits on purpose, because that is the lesson (a timeout, a slow reader).
    """

    file: str
    arguments: tuple[str, ...]
    listens_on: tuple[Service, ...]
    serves: bool
    deadline: float
    stdin: str | None
    waits: float
    is_command: bool

    def __init__(
        self,
        file: str,
        *arguments: str | int,
        listens_on: Service | Iterable[Service] = (),
        serves: bool = False,
        deadline: float = DEFAULT_DEADLINE,
        stdin: str | None = None,
        waits: float = 0.0,
        is_command: bool = False,
    ) -> None:
        services = _services(file, listens_on)
        for name, value in (
            ("file", file),
            ("arguments", tuple(str(argument) for argument in arguments)),
            ("listens_on", services),
            ("serves", serves),
            ("deadline", deadline),
            ("stdin", stdin),
            ("waits", waits),
            ("is_command", is_command),
        ):
            object.__setattr__(self, name, value)

    @property
    def name(self) -> str:
        """What the story calls it: the file's name, or the command's."""
        return self.file

    @property
    def command(self) -> tuple[str, ...]:
        """The program's name and its arguments, as the scenario gives them."""
        return (self.file, *self.arguments)

    def retyped(self, command: Sequence[str]) -> Program:
        """Return the same program with another name and other arguments."""
        copy = object.__new__(Program)
        copy.__dict__.update(self.__dict__)
        copy.__dict__.update(file=command[0], arguments=tuple(command[1:]))
        return copy

    def argv(self, addresses: Mapping[str, str], family: Family) -> list[str]:
        """Return the words to execute; ``addresses`` gives each host's address in ``family``."""
        words = [_filled(word, addresses, family) for word in self.arguments]
        if self.is_command:
            return [self.file, *words]
        # A file named -c.py must not be read as options of Python's.
        return ["python3", "-u", f"./{self.file}" if self.file[:1] == "-" else self.file, *words]


def Command(  # noqa: N802 - reads beside Program as the name of the thing
    name: str,
    *arguments: str | int,
    listens_on: Service | Iterable[Service] = (),
    serves: bool = False,
    deadline: float = DEFAULT_DEADLINE,
    stdin: str | None = None,
    waits: float = 0.0,
) -> Program:
    """Return a program that is a tool of the host (``ping``, ``curl`` …) instead of a file."""
    return Program(
        name,
        *arguments,
        listens_on=listens_on,
        serves=serves,
        deadline=deadline,
        stdin=stdin,
        waits=waits,
        is_command=True,
    )


@dataclass(frozen=True)
class Scenario:
    """Programs on named hosts, and how they are played.

    Each keyword that is not one below names a host and gives its program, or several that run one
    after the other. Programs that listen start first, in the order given, each waited for; then
    the others. Where that is not enough ``steps`` is a function over the running lab, ``hosts``
    names the hosts that take part without a program of their own (they are tapped too), and
    ``families`` says which IP versions make sense.

    ``lectures`` and ``part`` place it in the course; ``name``, ``summary`` and ``folder`` are
    filled in from where it was found.
    """

    programs: Mapping[str, tuple[Program, ...]]
    hosts: tuple[str, ...]
    families: tuple[Family, ...]
    steps: Callable[[Any], None] | None
    part: str
    lectures: tuple[int, ...]
    name: str = field(default="", compare=False)
    summary: str = field(default="", compare=False)
    folder: Path = field(default=Path(), compare=False)

    def __init__(
        self,
        *,
        hosts: Iterable[str] = (),
        families: Iterable[Family] = BOTH,
        steps: Callable[[Any], None] | None = None,
        part: str = "",
        lectures: Iterable[int] = (),
        **programs: Program | Sequence[Program],
    ) -> None:
        by_host = {host: _programs(host, given) for host, given in programs.items()}
        named = tuple(dict.fromkeys([*by_host, *_names(hosts)]))
        for name, value in (
            ("programs", by_host),
            ("hosts", named),
            ("families", tuple(families)),
            ("steps", steps),
            ("part", part),
            ("lectures", tuple(lectures)),
            ("name", ""),
            ("summary", ""),
            ("folder", Path()),
        ):
            object.__setattr__(self, name, value)
        if not named:
            raise ScenarioInvalid(
                "making a scenario", "it names no host", 'Scenario(client=Program("client.py"))'
            )
        if steps is None and not by_host:
            raise ScenarioInvalid(
                "making a scenario",
                f"it names the hosts {', '.join(named)} but runs nothing on them",
                "give a host a Program, or give the scenario steps",
            )

    def placed(self, folder: Path, summary: str = "", name: str = "") -> Scenario:
        """Return the same scenario, knowing its folder, its one-line summary and its name.

        That is the folder's, where none is given.
        """
        copy = object.__new__(Scenario)
        copy.__dict__.update(self.__dict__)
        copy.__dict__.update(name=name or folder.name, summary=summary, folder=folder)
        return copy

    def check(self, known_hosts: Iterable[str]) -> None:
        """Raise :class:`ScenarioInvalid` where a program's file or a host does not exist."""
        known = sorted(known_hosts)
        for host in self.hosts:
            if host not in known:
                raise ScenarioInvalid(
                    f"reading scenario {self.name}",
                    f"it names a host {host!r}, and compose.yaml has no such host",
                    f"one of {', '.join(known)}",
                )
        for host, programs in self.programs.items():
            for program in programs:
                if not program.is_command and not (self.folder / program.file).is_file():
                    raise ScenarioInvalid(
                        f"reading scenario {self.name}",
                        f"host {host} is to run {program.file}, and the folder has no such file",
                        f"write {self.folder / program.file}, or correct its name in scenario.py",
                    )


def _services(file: str, given: object) -> tuple[Service, ...]:
    services = (given,) if isinstance(given, Service) else given
    if isinstance(services, Iterable) and not isinstance(services, str):
        found = tuple(services)
        if all(isinstance(each, Service) for each in found):
            return found
    raise ScenarioInvalid(
        f"making a Program of {file}", f"listens_on is {given!r}", "listens_on=Tcp(15000)"
    )


def _programs(host: str, given: object) -> tuple[Program, ...]:
    if isinstance(given, Program):
        return (given,)
    if isinstance(given, list | tuple) and all(isinstance(each, Program) for each in given):
        return tuple(given)
    raise ScenarioInvalid(
        "making a scenario",
        f"host {host} is given {given!r}, which is no Program",
        f'Scenario({host}=Program("{host}.py"))',
    )


def _names(hosts: Iterable[str]) -> Iterable[str]:
    if isinstance(hosts, str):
        raise ScenarioInvalid(
            "making a scenario", f"hosts is {hosts!r}, and not a list", f"hosts=[{hosts!r}]"
        )
    return hosts


_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_-]*)\}")


def _filled(word: str, addresses: Mapping[str, str], family: Family) -> str:
    """Replace ``{host}`` and ``{version}``; leave any other braces as they stand."""

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name == "version":
            return "4" if family is Family.IPV4 else "6"
        return addresses.get(name, match[0])

    return _PLACEHOLDER.sub(value, word)
