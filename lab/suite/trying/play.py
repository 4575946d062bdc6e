"""Any programs played once as they are: a scenario made of both sides, then the run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from lab.clone import Clone
from lab.hosts.docker.apt import Say
from lab.hosts.docker.compose.lab import Lab
from lab.hosts.pool import Pool
from lab.hosts.running_lab import RunningLab
from lab.observation.observation import Observation
from lab.runner.by_hand import Meet, by_hand
from lab.runner.making import Maker
from lab.runner.run import observe
from lab.runner.session import open_lab
from lab.runner.staging import Staging
from lab.scenario.program import Program
from lab.scenario.replacing import changed
from lab.scenario.scenario import Scenario
from lab.scenario.words import LESSON
from lab.suite.trying.copies import place_for_copies
from lab.suite.trying.packages import with_packages
from lab.suite.trying.replacing import check
from lab.suite.trying.side import Side
from lab.wire.address import Family, Service


@dataclass(frozen=True)
class Wanted:
    """What is to be tried, and how.

    ``client_arguments`` None stands for as many as the client reads. Without a ``service`` the lab
    sees where the server listens. ``typed`` lines go to each client, or with ``2:`` to the second.
    The clients are on ``client_hosts`` in turn; they may take ``deadline`` seconds. Programs in
    Python get what is in ``wheels``, a folder, or else what their requirements.txt names.
    """

    server: Path
    client: Path
    family: Family
    server_arguments: tuple[str, ...] = ()
    client_arguments: tuple[str, ...] | None = None
    service: Service | None = None
    clients: int = 1
    client_hosts: tuple[str, ...] = ("client",)
    typed: tuple[str, ...] = ()
    server_typed: tuple[str, ...] = ()
    stdin: str | None = None
    replacements: tuple[tuple[str, str], ...] = ()
    deadline: float = 10.0
    wheels: Path | None = None

    def play(
        self, clone: Clone, say: Say, pool: Pool | None = None, meet: Meet | None = None
    ) -> tuple[Observation, dict[str, Mapping[str, bytes]]]:
        """Play it once; return what that showed, and the sources of each host.

        Without a ``pool`` that lends the lab, a session of its own is opened. Where there is
        somebody to ``meet`` the programs, she types into them.
        Raises UsageError where there is nothing to run, and LabError where the lab cannot.
        """
        staging = Staging(words=LESSON)
        with (
            self.made(clone, say) as (scenario, sources),
            pool.lend() if pool else open_lab(clone, say) as network,
        ):
            prepare(network, scenario)
            play = by_hand(scenario, meet) if meet else None
            return observe(network, scenario, self.family, staging=staging, play=play), sources

    @contextmanager
    def made(
        self, clone: Clone, say: Say
    ) -> Iterator[tuple[Scenario, dict[str, Mapping[str, bytes]]]]:
        """Give the scenario that it is, and the sources of each host; its copies go afterwards.

        Raises UsageError where there is nothing to run.
        """
        sides = [Side.of("server", self.server), Side.of("client", self.client)]
        hosts = {"server": ["server"], "client": list(dict.fromkeys(self.client_hosts))}
        given = self.client_arguments
        arguments = sides[1].default_arguments() if given is None else given
        with place_for_copies(clone.root) as copies:
            check(self.replacements, [each.sources for each in sides])
            swapped = dict(self.replacements)
            ready: dict[str, Side] = {}
            sources: dict[str, Mapping[str, bytes]] = {}
            for each in sides:
                whole = with_packages(each, self.wheels, clone.root, copies, say)
                ready |= dict.fromkeys(hosts[each.role], whole)
                texts = {name: changed(text, swapped) for name, text in each.sources.items()}
                sources |= dict.fromkeys(hosts[each.role], texts)
            serving, calling = ready["server"], ready[self.client_hosts[0]]
            scenario = Scenario(
                families=[self.family],
                deadline=self.deadline,
                files={host: each.brought for host, each in ready.items()},
                together=True,
                replace=swapped,
                **self._programs(serving, calling, arguments),
            ).placed(
                serving.home,
                name=f"{Path(serving.file).stem} and {Path(calling.file).stem}",
                homes={host: each.home for host, each in ready.items()},
            )
            scenario.check(Lab(clone.root).hosts)
            yield scenario, sources

    def _programs(self, serving: Side, calling: Side, arguments: Sequence[str]) -> dict[str, Any]:
        """Return the programs of each host."""
        port: Service | Literal["any"] = self.service or "any"
        served = Program(
            serving.file,
            *self.server_arguments,
            listens_on=port,
            serves="perhaps",
            typed=self.server_typed,
        )
        callers: dict[str, list[Program]] = {}
        for number in range(1, self.clients + 1):
            host = self.client_hosts[(number - 1) % len(self.client_hosts)]
            caller = Program(
                calling.file,
                *(word.replace("{port}", "{server.port}") for word in arguments),
                stdin=self.stdin,
                typed=self._lines(number),
            )
            named = caller if self.clients == 1 else caller.named(f"{caller.name} {number}")
            callers.setdefault(host, []).append(named)
        return {"server": served, **callers}

    def _lines(self, number: int) -> tuple[str, ...]:
        """Return the lines that are typed into one of the clients."""
        found = []
        for line in self.typed:
            match = re.fullmatch(r"(\d+):(.*)", line)
            if self.clients > 1 and match and 1 <= int(match[1]) <= self.clients:
                found += [match[2]] if int(match[1]) == number else []
            else:
                found.append(line)
        return tuple(found)


def prepare(network: RunningLab, scenario: Scenario) -> None:
    """Bring its hosts up, and make its programs; raises UsageError with what a compiler says."""
    network.ensure(scenario.hosts)
    files = {host: scenario.files_for(host) for host in scenario.programs}
    Maker(network).prepare(scenario, files)
