"""Many labs at once on one engine: up, two scenarios in each, nobody hears another's, down."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from bench import weight
from lab.clone import Clone
from lab.errors import LabError
from lab.hosts.docker.compose import labs
from lab.hosts.docker.compose.lab import Lab
from lab.hosts.docker.compose.project import Project
from lab.hosts.docker.engine import engine
from lab.hosts.docker.engine.client import EngineClient
from lab.hosts.opened import COMING_UP
from lab.hosts.running_lab import RunningLab
from lab.observation.observation import Observation
from lab.observation.verdict import Outcome
from lab.runner.run import observe
from lab.scenario import catalogue
from lab.scenario.scenario import Scenario
from lab.suite import suite
from lab.suite.judging import Case, Inconclusive
from lab.wire.address import Family

HOSTS = ("client", "server", "dns")
SCENARIOS = ("tcp_connect", "udp_datagrams")


@dataclass
class Crowd:
    """What came of many labs; times in seconds, memory in bytes, both of all labs together."""

    labs: int
    ready: list[float] = field(default_factory=list)
    """When each lab was ready, from the start of all, in order."""
    on_engine: int = 0
    in_process: int = 0
    processes: int = 0
    hosts_at_rest: float | None = None
    machine_at_rest: float = 0.0
    played: dict[str, float] = field(default_factory=dict)
    """How long a scenario took in all labs at once, by its name."""
    held: int = 0
    strangers: list[str] = field(default_factory=list)
    """Packets that were none of the lab's whose host saw them."""
    failed: list[str] = field(default_factory=list)
    down: float = 0.0
    left: list[str] = field(default_factory=list)

    @property
    def hosts(self) -> int:
        """How many hosts all labs have together."""
        return self.labs * len(HOSTS)

    @property
    def is_well(self) -> bool:
        """Whether every run held, none heard another's packets, and nothing is left."""
        whole = self.held == self.labs * len(SCENARIOS)
        return whole and not (self.strangers or self.failed or self.left)

    def document(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return {**asdict(self), "hosts": self.hosts}


def crowd(clone: Clone, number: int) -> Crowd:
    """Bring so many labs up at once, play in all of them at once, and take them down."""
    found = Crowd(number)
    with _copy(clone) as root, closing(engine.connect()) as client:
        every = [Lab(root, each + 1) for each in range(number)]
        try:
            _bring_up(found, every)
            opened = [RunningLab(client, lab.project) for lab in every]
            try:
                _weigh(found, opened)
                for name in SCENARIOS:
                    _play(found, catalogue.load(root / "scenarios" / name), every, opened)
            finally:
                with ThreadPoolExecutor(number) as pool:
                    list(pool.map(RunningLab.close, opened))
        finally:
            began = time.perf_counter()
            labs.down(root, lambda _: None)
            found.down = time.perf_counter() - began
        found.left = _left(client, every)
    return found


def strangers(observation: Observation, lab: Lab) -> list[str]:
    """Return the packets of a run that another lab's host sent, or was meant to get."""
    networks = [
        ip_address(f"{lab.prefix}.0.0").packed[:2],
        ip_address(f"{lab.prefix6}::").packed[:6],
    ]
    return [
        f"{lab.project}: {host.name} saw {packet.ip.source} > {packet.ip.destination}"
        for host in observation.hosts
        if host.capture
        for packet in host.capture.packets
        if packet.ip
        for each in (packet.ip.source, packet.ip.destination)
        if _is_somebody_s(each)
        and not any(ip_address(each).packed.startswith(net) for net in networks)
    ]


def _is_somebody_s(address: str) -> bool:
    """Return whether this may be one host's own; a link-local one says nothing of its lab."""
    known = ip_address(address)
    return not (known.is_multicast or known.is_unspecified or known.is_link_local) and (
        address != "255.255.255.255"
    )


def _bring_up(found: Crowd, every: Sequence[Lab]) -> None:
    began = time.perf_counter()

    def bring(lab: Lab) -> float:
        lab.up(HOSTS)
        return time.perf_counter() - began

    with ThreadPoolExecutor(COMING_UP) as pool:
        found.ready = sorted(pool.map(bring, every))


def _weigh(found: Crowd, opened: Sequence[RunningLab]) -> None:
    ids = [lab.identity(name) for lab in opened for name in HOSTS]
    found.on_engine = weight.on_engine(ids).memory
    found.hosts_at_rest = weight.of_hosts_at_rest(ids)
    before, already = weight.of_this_process_alone()
    with ThreadPoolExecutor(len(opened)) as pool:
        list(pool.map(lambda lab: lab.open(HOSTS), opened))
    after, now = weight.of_this_process()
    found.in_process, found.processes = after - before, now - already
    found.machine_at_rest = weight.at_rest()


def _play(
    found: Crowd,
    scenario: Scenario,
    every: Sequence[Lab],
    opened: Sequence[RunningLab],
) -> None:
    def play(running: RunningLab) -> Observation | str:
        try:
            return observe(running, scenario, Family.IPV4)
        except LabError as error:
            return str(error)

    began = time.perf_counter()
    with ThreadPoolExecutor(len(every)) as pool:
        played = list(pool.map(play, opened))
    found.played[scenario.name] = time.perf_counter() - began
    for lab, observed in zip(every, played, strict=True):
        if isinstance(observed, str):
            found.failed.append(f"{lab.project}, {scenario.name}: {observed}")
            continue
        found.strangers += strangers(observed, lab)
        wrong = _judge(Clone(lab.root), scenario, observed)
        found.failed += [f"{lab.project}, {scenario.name}: {each}" for each in wrong]
        found.held += not wrong


class _Played:
    """Gives what was observed already to who judges it."""

    def __init__(self, observation: Observation) -> None:
        self._observation = observation

    def begin(self, cases: Sequence[Case]) -> None:
        """There is nothing to prepare."""

    def observe(self, case: Case) -> Observation:
        """Return it; raises Inconclusive where nothing follows from it."""
        if self._observation.inconclusive:
            raise Inconclusive(f"judging {case.scenario.name}", self._observation.inconclusive[0])
        return self._observation


def _judge(clone: Clone, scenario: Scenario, observed: Observation) -> list[str]:
    """Return what does not hold of a run."""
    player = _Played(observed)
    runs = suite.judge_on(clone, player, [scenario], [Family.IPV4], _nothing, _nothing)
    return [
        run.reason or (verdict.expectation if verdict else "no verdict")
        for run in runs
        if run.outcome is not Outcome.HOLDS
        for verdict in run.verdicts or (None,)
        if verdict is None or verdict.outcome is not Outcome.HOLDS
    ] or ([] if runs else ["nothing was judged"])


def _nothing(_: object) -> None:
    """Take what nobody wants to know."""


def _left(client: EngineClient, every: Sequence[Lab]) -> list[str]:
    return [
        f"{lab.project}: {name}"
        for lab in every
        for project in (Project(client, lab.project),)
        for name in (*project.hosts(), *(network["Name"] for network in project.networks()))
    ]


@contextmanager
def _copy(clone: Clone) -> Iterator[Path]:
    """Give a folder that is a lab of its own, as the clone's, with the scenarios to play."""
    with tempfile.TemporaryDirectory(prefix="socketlab-bench-") as made:
        root = Path(made)
        shutil.copy(clone.root / "compose.yaml", root)
        shutil.copytree(clone.root / "images", root / "images")
        for name in SCENARIOS:
            shutil.copytree(clone.scenarios / name, root / "scenarios" / name)
        yield root
