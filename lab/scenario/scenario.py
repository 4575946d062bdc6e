"""What a scenario is made of: programs on hosts, over one or both IP versions, and its folder."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lab.errors import ScenarioInvalid
from lab.scenario.program import DEFAULT_DEADLINE, Program
from lab.wire.address import Family

BOTH: tuple[Family, ...] = (Family.IPV4, Family.IPV6)


@dataclass(frozen=True)
class Scenario:
    """Programs on named hosts, and how they are played.

    Each keyword that is not one below names a host and gives its program, or several that run one
    after the other. Programs that listen start first, in the order given, each waited for; then
    the others. Where that is not enough ``steps`` is a function over the running lab, ``hosts``
    names the hosts that take part without a program of their own (they are tapped too), and
    ``families`` says which IP versions make sense. ``deadline`` is in seconds, and holds for each
    program without one of its own.

    ``lectures`` and ``part`` place it in the course; ``name``, ``summary`` and ``folder`` are
    filled in from where it was found.
    """

    programs: Mapping[str, tuple[Program, ...]]
    hosts: tuple[str, ...]
    families: tuple[Family, ...]
    steps: Callable[[Any], None] | None
    part: str
    lectures: tuple[int, ...]
    deadline: float
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
        deadline: float = DEFAULT_DEADLINE,
        **programs: Program | Sequence[Program],
    ) -> None:
        by_host = {host: _programs(host, given) for host, given in programs.items()}
        named = tuple(dict.fromkeys([*by_host, *_names(hosts)]))
        vars(self).update(
            programs=by_host,
            hosts=named,
            families=tuple(families),
            steps=steps,
            part=part,
            lectures=tuple(lectures),
            deadline=deadline,
        )
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
        placed = copy.copy(self)
        vars(placed).update(name=name or folder.name, summary=summary, folder=folder)
        return placed

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
