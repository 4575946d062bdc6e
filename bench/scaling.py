"""The lab at 2 to 100 hosts beside compose alone: up, a run on all of them, down, and memory."""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bench import bare, others, weight
from bench.bringing_up import made_of, numbers
from bench.mininet_hosts import Many, many
from lab.clone import Clone
from lab.errors import CouldNotJudge
from lab.hosts.docker.compose import command
from lab.hosts.docker.compose.lab import Lab
from lab.runner.session import open_lab

SIZES = (2, 10, 20, 50, 100)
"""How many hosts there are, beside the name server."""

NAME = "pairs"
SCENARIO = '''"""Each second host greets the one before it, all of them in one run."""

from lab import Program, Scenario, Tcp

DEMO = Tcp(15000)
SERVERS, CLIENTS = {servers}, {clients}

scenario = Scenario(
    **{{name: Program("server.py", "marble", listens_on=DEMO) for name in SERVERS}},
    **{{
        name: Program("client.py", server, "violet")
        for name, server in zip(CLIENTS, SERVERS, strict=True)
    }},
)


def test_every_client_is_greeted(observed):
    heard = [getattr(observed, name).stdout for name in CLIENTS]
    assert heard == [["marble greets violet", "Goodbye", "b''"]] * len(CLIENTS)
'''


@dataclass(frozen=True)
class Point:
    """What so many hosts take; times in seconds, memory in bytes a host.

    ``run`` is a run of which every host has a program, ``open`` is how long channels into all take.
    """

    hosts: int
    up: float
    compose_up: float
    run: float
    run_processor: float
    open: float
    down: float
    compose_down: float | None
    """None where compose failed: the engine still counted endpoints of a network."""
    engine_memory: float
    lab_memory: float
    lab_processes: int
    processes: float
    held: bool
    load: float
    """How many processes wanted a processor when it began."""
    mininet: Many | None = None
    """None where there is no Mininet."""


def measure(clone: Clone, hosts: int, times: int) -> Point:
    """Measure one size, the lab and compose in turns; raises a LabError where one cannot do it.

    The images must be there: else the lab's first time is that of making them.
    """
    load = os.getloadavg()[0]
    with made_of(clone, hosts, named=True) as root:
        _write_scenario(clone, root, hosts)
        settings = {"SOCKETLAB_ROOT": str(root), "PYTHONDONTWRITEBYTECODE": ""}
        lab = Lab(root)
        # What lab up has settled, compose reads in .env: so both bring up the very same.
        compose = [*command.find(), "-f", "compose.yaml", "-p", lab.project]
        downs, ups, theirs, their_downs = [], [], [], []
        for _ in range(times):
            ups.append(bare.timed(bare.lab("up"), environment=settings))
            run, processor, held = _run(settings, times)
            weighed = _weigh(root, lab)
            downs.append(bare.timed(bare.lab("down"), environment=settings))
            # Without more permits than it gives out, compose 1 waits for ever at 65 hosts.
            permits = {"COMPOSE_PARALLEL_LIMIT": str(64 + 3 * hosts)}
            theirs.append(bare.timed([*compose, "up", "-d"], folder=root, environment=permits))
            with suppress(CouldNotJudge):
                their_downs.append(bare.timed([*compose, "down"], folder=root))
            lab.down()
    opened, engine, memory, number, processes = weighed
    every = hosts + 1
    return Point(
        hosts,
        min(ups),
        min(theirs),
        run,
        processor,
        opened,
        min(downs),
        min(their_downs, default=None),
        engine / every,
        memory / every,
        number,
        processes / every,
        held,
        round(load, 1),
        _mininet(clone, hosts),
    )


def _mininet(clone: Clone, hosts: int) -> Many | None:
    """Return what Mininet takes; None where it is not there, or one host has nobody to greet it."""
    if hosts < 2 or others.mininet_lacks():
        return None
    return many(clone.scenarios / "tcp_connect", hosts)


def _run(settings: dict[str, str], times: int) -> tuple[float, float, bool]:
    took: list[tuple[float, float]] = []
    argv, held = bare.lab("run", NAME, "--ipv4"), True
    for _ in range(times):
        wall, processor, status = bare.spent(argv, environment=settings)
        took.append((wall, processor))
        held = held and status == 0
    return min(wall for wall, _ in took), min(processor for _, processor in took), held


def _weigh(root: Path, lab: Lab) -> tuple[float, int, int, int, int]:
    """Return how long channels into all hosts take to open, and what they and the hosts weigh."""
    with open_lab(Clone(root)) as running:
        names = running.up
        on_engine = weight.on_engine([running.identity(name) for name in names])
        before, already = weight.of_this_process_alone()
        began = time.perf_counter()
        running.open(names)
        opened = time.perf_counter() - began
        after, now = weight.of_this_process()
    return opened, on_engine.memory, after - before, now - already, on_engine.processes


def _write_scenario(clone: Clone, root: Path, hosts: int) -> None:
    names = [f"host{number}" for number in numbers(hosts)]
    folder = root / "scenarios" / NAME
    folder.mkdir()
    for name in ("server.py", "client.py"):
        shutil.copy(clone.scenarios / "tcp_connect" / name, folder)
    servers, clients = names[::2], names[1::2]
    (folder / "scenario.py").write_text(SCENARIO.format(servers=servers, clients=clients))
