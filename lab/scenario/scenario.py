"""What a scenario is made of: programs on hosts, over one or both IP versions, and its folder."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lab.errors import ScenarioInvalid
from lab.scenario import keywords
from lab.scenario.files import TEACHERS, Files
from lab.scenario.program import DEFAULT_DEADLINE, Program
from lab.wire.address import Family

MAKING = "making a scenario"
"""What is attempted where one is refused."""

_REPLACE = 'replace={"localhost": "server"}'


@dataclass(frozen=True)
class Scenario:
    """Programs on named hosts, and how they are played.

    Each keyword that is not one below names a host and gives its program, or several that run one
    after the other. Programs that listen start first, in the order given, each waited for; then
    the others; at the same time where they run ``together``. Where that is not enough ``steps`` is
    a function over the running lab, ``hosts`` names the hosts that take part without a program of
    their own (they are tapped too), and ``families`` says which IP versions make sense.
    ``deadline`` is in seconds, and holds for each program without one of its own.

    A host gets the files of its programs: the program and the modules beside it that it imports.
    ``files`` names others, files or folders, by the host that gets them. (A host of the lab is
    called ``files``: its programs are given by the same keyword, as those of any other host.)
    ``replace`` gives other names for those that stand in the hosts' files: an address of home.
    ``wheels`` names a folder with packages as files NAME.whl, which each host with a program gets.

    ``lectures`` and ``part`` place it in the course; ``name``, ``summary`` and ``folder`` are
    filled in from where it was found. ``homes`` are the folders of hosts' programs that lie
    elsewhere.
    """

    programs: Mapping[str, tuple[Program, ...]]
    hosts: tuple[str, ...]
    families: tuple[Family, ...]
    steps: Callable[[Any], None] | None
    part: str
    lectures: tuple[int, ...]
    deadline: float
    files: Mapping[str, tuple[str, ...]]
    together: bool
    replace: Mapping[str, str]
    wheels: str
    name: str = field(default="", compare=False)
    summary: str = field(default="", compare=False)
    folder: Path = field(default=Path(), compare=False)
    homes: Mapping[str, Path] = field(default_factory=dict, compare=False)

    def __init__(
        self,
        *,
        hosts: Iterable[str] = (),
        families: Iterable[Family] = tuple(Family),
        steps: Callable[[Any], None] | None = None,
        part: str = "",
        lectures: Iterable[int] = (),
        deadline: float = DEFAULT_DEADLINE,
        files: Mapping[str, str | Iterable[str]] | Program | Sequence[Program] = (),
        together: bool = False,
        replace: Mapping[str, str] | None = None,
        wheels: str = "",
        **programs: Program | Sequence[Program],
    ) -> None:
        for keyword, value in (("part", part), ("wheels", wheels)):
            keywords.text(MAKING, keyword, value)
        keywords.one_of(MAKING, "together", together, (False, True))
        if not (steps is None or callable(steps)):
            raise keywords.refused(MAKING, "steps", steps, "the name of a function: steps=steps")
        brought = files if isinstance(files, Mapping) else {}
        if files and not isinstance(files, Mapping):
            programs["files"] = files
        by_host = {host: _programs(host, given) for host, given in programs.items()}
        named = tuple(dict.fromkeys([*by_host, *_names(hosts)]))
        vars(self).update(
            programs=by_host,
            hosts=named,
            families=keywords.families(MAKING, families),
            steps=steps,
            part=part,
            lectures=_numbers(lectures),
            deadline=keywords.seconds(MAKING, "deadline", deadline),
            files={host: _listed(host, names) for host, names in brought.items()},
            together=together,
            replace=_replaced(replace or {}),
            wheels=wheels,
        )
        if not named:
            raise ScenarioInvalid(
                MAKING, "it names no host", 'Scenario(client=Program("client.py"))'
            )
        if steps is None and not any(by_host.values()):
            raise ScenarioInvalid(
                MAKING,
                f"it names the hosts {', '.join(named)} but runs nothing on them",
                "give a host a Program, or give the scenario steps",
            )

    def placed(
        self,
        folder: Path,
        summary: str = "",
        name: str = "",
        homes: Mapping[str, Path] | None = None,
    ) -> Scenario:
        """Return the same scenario, knowing its folder, its one-line summary and its name.

        That is the folder's, where none is given.
        """
        placed = copy.copy(self)
        about = {"name": name or folder.name, "summary": summary, "folder": folder}
        vars(placed).update(**about, homes=homes or {})
        return placed

    def files_for(self, host: str, replaced: Mapping[str, bytes] | None = None) -> Files:
        """Return the files that a host may have, some ``replaced``."""
        if host in self.homes:
            return Files(host, self.homes[host], frozenset(), replaced, self.replace)
        wheels = self.wheels if host in (self.programs or self.hosts) else ""
        return Files(host, self.folder, TEACHERS, replaced, self.replace, wheels)

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
        for host in self.files:
            if host not in self.hosts:
                raise ScenarioInvalid(
                    f"reading scenario {self.name}",
                    f"it has files for a host {host!r}, which does not take part",
                    f"one of {', '.join(self.hosts)}",
                )
        for host in self.hosts:
            files = self.files_for(host)
            named = files.named(self.files.get(host, ()))
            for program in self.programs.get(host, ()):
                own = {} if program.is_command else files.of_program(program.file)
                program.check_kept(named | own)


def _listed(host: str, names: str | Iterable[str]) -> tuple[str, ...]:
    advice = f'Scenario(files={{"{host}": ["common.py"]}})'
    return keywords.texts(MAKING, f"files for host {host}", names, advice)


def _programs(host: str, given: object) -> tuple[Program, ...]:
    if isinstance(given, Program):
        return (given,)
    if isinstance(given, list | tuple) and all(isinstance(each, Program) for each in given):
        return tuple(given)
    advice = f'Scenario({host}=Program("{host}.py"))'
    if near := keywords.nearest(host, keywords.of(Scenario)):
        advice = f"did you mean {near}=? A host is given a Program"
    elif host in keywords.of(Program):
        advice = f"{host}= is a keyword of a Program"
    seen = f"host {host} is given {keywords.shown(given)}, which is no Program"
    raise ScenarioInvalid(MAKING, seen, advice)


def _names(hosts: Iterable[str]) -> tuple[str, ...]:
    advice = f"hosts=[{hosts!r}]" if isinstance(hosts, str) else 'hosts=["client", "server"]'
    if isinstance(hosts, str):
        raise ScenarioInvalid(MAKING, f"hosts is {hosts!r}, and not a list", advice)
    named = list(hosts) if isinstance(hosts, Mapping) else hosts
    return keywords.texts(MAKING, "hosts", named, advice)


def _numbers(lectures: Iterable[int]) -> tuple[int, ...]:
    found = tuple(lectures) if isinstance(lectures, Iterable) else (None,)
    if all(isinstance(each, int) for each in found):
        return found
    raise keywords.refused(MAKING, "lectures", lectures, "a list of numbers: lectures=[6, 7]")


def _replaced(given: Mapping[str, str]) -> Mapping[str, str]:
    if isinstance(given, Mapping):
        keywords.texts(MAKING, "replace", [*given, *given.values()], _REPLACE)
        return given
    raise keywords.refused(MAKING, "replace", given, _REPLACE)
