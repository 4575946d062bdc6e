"""Commands, runs and whole processes on a warm lab, against ``docker exec``."""

from __future__ import annotations

import copy
import time
from collections import defaultdict
from contextlib import suppress

from bench import bare
from bench.row import Goal, Kind, Row, Series, interleaved
from lab.clone import Clone
from lab.errors import CouldNotJudge, NotObserved
from lab.hosts.running_lab import RunningLab
from lab.observation.verdict import Outcome
from lab.runner.run import observe
from lab.runner.session import open_lab, silent
from lab.runner.stage_host import ZONES
from lab.scenario import catalogue
from lab.scenario.files import files_of
from lab.scenario.scenario import Scenario
from lab.suite import suite
from lab.wire.address import Family, Service

NAME = "tcp_connect"
PORT = Service(15000, "tcp")
HEARD = "marble greets violet\nGoodbye\nb''\n"
FOLDER = "/run/socketlab/bench"


def command(clone: Clone, times: int) -> Row:
    """Measure one command on a host that the lab has a channel to."""
    argv = ("cat", "/etc/hostname")
    with open_lab(clone) as network:
        host = network.open(["client"])["client"]
        identity = network.identity("client")

        def ours() -> float:
            began = time.perf_counter()
            status, _, _ = host.command(*argv)
            took = time.perf_counter() - began
            if status:
                raise CouldNotJudge(f"running {' '.join(argv)}", f"exit status {status}")
            return took

        mine, theirs = interleaved(
            times, ours, lambda: bare.timed(["docker", "exec", identity, *argv])
        )
    return Row(
        "command",
        "A command on a warm host",
        Series("over the lab's channel", mine),
        Series("docker exec", theirs),
        Goal(Kind.RATIO, 1 / 15, "at most 1/15"),
    )


def run(clone: Clone, times: int) -> Row:
    """Measure a run of tcp_connect with all that the lab adds to it."""
    scenario = catalogue.load(clone.scenarios / NAME)
    with open_lab(clone) as network:
        hosts = network.open(["client", "server"])
        ids = {name: network.identity(name) for name in hosts}
        for host in hosts.values():
            host.channel.answer(host.put(FOLDER, files_of(scenario.folder)), "put")

        def theirs() -> float:
            took, heard = bare.pair(
                _exec(ids["server"], "server.py", "marble"),
                _exec(ids["client"], "client.py", "server", "violet"),
                lambda: _listening(network),
            )
            if heard != HEARD:
                raise CouldNotJudge("running tcp_connect by docker exec", f"it said {heard!r}")
            return took

        mine, bare_times = interleaved(
            times, lambda: judged(network, scenario, Family.IPV4), theirs
        )
    return Row(
        "run",
        f"{NAME}, both hosts tapped, judged",
        Series("the lab's run, decoded and judged", mine),
        Series("two bare docker execs, nothing captured", bare_times),
        Goal(Kind.RATIO, 1 / 2, "at most 1/2"),
    )


def calls(clone: Clone, times: int) -> Row:
    """Measure what it costs a run of tcp_connect that its programs are traced."""
    scenario = catalogue.load(clone.scenarios / NAME)
    untraced = copy.copy(scenario)
    programs = {
        host: tuple(each.untraced() for each in own) for host, own in scenario.programs.items()
    }
    vars(untraced).update(programs=programs)
    with open_lab(clone) as network:
        with_calls, without = interleaved(
            times,
            lambda: judged(network, scenario, Family.IPV4),
            lambda: judged(network, untraced, Family.IPV4),
        )
    return Row(
        "calls",
        f"{NAME}, its calls traced",
        Series("traced", with_calls),
        Series("untraced, without what is expected of calls", without),
        Goal(Kind.LEAST, 1.25, "at most 1.25, by the shortest"),
    )


def whole(clone: Clone, times: int) -> list[Row]:
    """Measure ``lab run tcp_connect`` from the shell's prompt to the next."""
    return [
        _process(clone, times, "whole", "IPv4 and IPv6"),
        _process(clone, times, "whole4", "IPv4", "--ipv4"),
    ]


def _process(clone: Clone, times: int, name: str, over: str, *options: str) -> Row:
    argv = bare.lab("run", NAME, *options)
    # A user's Python keeps what it has compiled.
    environment = {"SOCKETLAB_ROOT": str(clone.root), "PYTHONDONTWRITEBYTECODE": ""}
    (took,) = interleaved(times, lambda: bare.timed(argv, environment=environment))
    return Row(
        name,
        " ".join(["lab run", NAME, *options, "(process)"]),
        Series(f"from start to exit, over {over}, warm", took),
        goal=Goal(Kind.SECONDS, 1.0, "at most 1.0 s"),
    )


def scenarios(clone: Clone, times: int) -> Row:
    """Measure every scenario over each of its IP versions, less what it waits on purpose."""
    took: dict[str, list[float]] = defaultdict(list)
    notes = []
    every = catalogue.select(clone.scenarios, ())
    for _ in range(times):
        for run in suite.run(clone, every, Family, lambda _: None, silent, silent):
            if run.observation is None:
                raise CouldNotJudge(f"measuring {run.name}", run.reason)
            judging = sum(verdict.duration for verdict in run.verdicts)
            took[run.name].append(run.observation.duration - run.observation.waiting + judging)
            if run.outcome is not Outcome.HOLDS:
                notes.append(f"{run.name}: a run did not hold")
    medians = {name: Series(name, tuple(each)).median for name, each in took.items()}
    slow = {name: each for name, each in medians.items() if each > 0.3}
    slowest = sorted(medians, key=lambda name: -medians[name])
    told = slowest[: max(3, len(slow))]
    notes.insert(0, "slowest: " + ", ".join(f"{name} {medians[name]:.2f} s" for name in told))
    return Row(
        "scenarios",
        "All scenarios, warm, less their waits",
        Series(f"{len(medians)} runs' medians of {times}", tuple(medians.values())),
        goal=Goal(Kind.WORST, 0.3, "each below 0.3 s"),
        notes=tuple(notes),
    )


def judged(running_lab: RunningLab, scenario: Scenario, family: Family) -> float:
    """Run a scenario and judge it; return the seconds it took less its waits."""
    module = catalogue.module_of(scenario.folder / catalogue.FILE)
    names = catalogue.expectations(module)
    began = time.perf_counter()
    observation = observe(running_lab, scenario, family)
    if observation.inconclusive:
        raise CouldNotJudge(f"measuring {scenario.name}", "; ".join(observation.inconclusive))
    for name in names:
        with suppress(NotObserved):  # calls of a program that is not traced
            getattr(module, name)(observation)
    return time.perf_counter() - began - observation.waiting


def _exec(identity: str, *words: str) -> list[str]:
    return [
        *("docker", "exec", "-u", "student", "-w", FOLDER),
        *("-e", f"LOCALDOMAIN={ZONES[Family.IPV4]}", "-e", "PYTHONDONTWRITEBYTECODE=1"),
        *(identity, "python3", "-u", *words),
    ]


def _listening(network: RunningLab) -> None:
    server = network.open(["server"])["server"]
    if server.wait_listening((PORT,), None, 10.0) != "listening":
        raise CouldNotJudge("waiting for the server under docker exec", f"nobody listens on {PORT}")
