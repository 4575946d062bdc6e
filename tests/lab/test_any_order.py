"""Scenarios in a random order: each shows the same whatever ran before it.

By default these are four of the cheap ones, others each time. ``SOCKETLAB_ORDER=full`` plays every
scenario after ten others, ``SOCKETLAB_ORDER=2`` after two; ``SOCKETLAB_SEED`` repeats an order.
"""

from __future__ import annotations

import logging
import os
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from itertools import zip_longest

import pytest
from lab_clone import Clone

from lab.clone import Clone as TheClone
from lab.hosts.docker.compose.lab import Lab
from lab.hosts.running_lab import RunningLab
from lab.observation.run import Run
from lab.suite import in_process
from lab.suite.judging import Case, Judging, plain_cases
from lab.suite.players import OnLab
from lab.wire.address import Family

LOG = logging.getLogger(__name__)

CHEAP = (
    *("bind_address", "half_close", "layers", "ports", "tcp_client", "tcp_connect"),
    *("tcp_refused", "tcp_stream", "udp_datagrams", "udp_unreachable"),
)
SOME = 4
ORDER = os.environ.get("SOCKETLAB_ORDER", "")
BEFORE = {"": 1, "full": 10}.get(ORDER) or int(ORDER)
SEED = int(os.environ.get("SOCKETLAB_SEED") or random.randrange(1 << 16))
OF_A_MOMENT = {"many_clients", "netstat", "path_mtu", "tcp_versus_udp"}
"""Scenarios whose programs draw times, or print what the kernel holds at that moment (unread bytes,
say), what still came before the end, or which packets were lost by chance."""

VARIES = re.compile(
    r"""
    [\d./]*\d (?= \ ?m?s\b | \ turns\b)  # how long it took
    | \b\d+ (?= \ chunks\b)  # how many a stream came in
    | (?<! [.\w] ) \d{4,} \b  # ports that the kernel chose, processes
    | \b\d+,\d+ (?= \)?\.?'? $ )  # ports as FTP writes them
    | \b [0-9a-f]{8,} \b  # digests of random words
    | (?<= [.:] ) 1\d\d \b  # the address of nobody, a number of the run
    """,
    re.VERBOSE,
)
"""What no two runs have in common. Nor the order of lines: netstat(8) has the kernel's hash's."""


@dataclass(frozen=True)
class Shown:
    """What must be the same each time: verdicts, what programs printed, and what was there before.

    ``early`` are the packets before the first program (a host that does not take part may still ask
    whether a neighbour is there); ``cold`` says which hosts looked up the
    hardware address of a host that they talked to.
    """

    verdicts: tuple[tuple[str, str], ...]
    programs: tuple[object, ...]
    early: tuple[str, ...]
    cold: tuple[str, ...]


def shown(run: Run) -> Shown:
    """Return what a run showed."""
    observed = run.observation
    assert observed is not None
    everything = [program for host in observed.hosts for program in host.transcripts]
    began = min(program.started_ns for program in everything)
    return Shown(
        tuple((each.expectation, each.outcome.value) for each in run.verdicts),
        tuple(
            (
                host.name,
                each.name,
                each.exit_status,
                sorted(_without_words(line, observed.words) for line in each.stdout),
            )
            for host in observed.hosts
            for each in host.transcripts
            if run.scenario not in OF_A_MOMENT
        ),
        tuple(
            f"{host.name}: {packet}"
            for host in observed.hosts
            for packet in observed.packets(host.name)
            if packet.time_ns < began and not (packet.arp or packet.icmpv6)
        ),
        tuple(host.name for host in observed.hosts if _looks_up(run, host.name)),
    )


def _without_words(line: str, words: Mapping[str, str]) -> str:
    """Return a line with the names of the run's words for them, and without what varies."""
    for name, word in words.items():
        if name != "loss":  # a single digit, and lines have others
            line = re.sub(word, name, line, flags=re.IGNORECASE)
    return VARIES.sub("#", line)


def _looks_up(run: Run, host: str) -> bool:
    """Return whether a host asked for the hardware address of one that it talked to."""
    observed = run.observation
    assert observed is not None
    talks = observed.conversations(at=host)
    ends = {end.ip for talk in talks for end in (talk.client, talk.server)}
    return any(observed.neighbour_lookups(each, at=host).requests for each in ends)


def inconclusive(run: Run) -> list[str]:
    """Return why a run shows nothing."""
    return [run.reason] if run.observation is None else [*run.observation.inconclusive]


def differences(now: Shown, then: Shown) -> list[str]:
    """Return what a run showed otherwise than an earlier one, and what was there before it."""
    both = [(getattr(now, each.name), getattr(then, each.name)) for each in fields(Shown)]
    found = [
        f"{mine} instead of {its}"
        for some, others in both
        for mine, its in zip_longest(some, others)
        if mine != its
    ]
    return found + [f"early: {each}" for each in now.early]


def walk(names: list[str], rng: random.Random) -> list[str]:
    """Return an order in which each comes once and then after as many others as BEFORE says."""
    order: list[str] = []
    for _ in range(BEFORE + 1):
        once = rng.sample(names, len(names))
        while order and once[0] == order[-1]:
            rng.shuffle(once)
        order += once
    return order


@pytest.mark.parametrize("family", [Family.IPV4, Family.IPV6], ids=str)
def test_each_shows_the_same_after_any_other(
    network: RunningLab, this_lab: Clone, family: Family
) -> None:
    clone = TheClone(this_lab.root)
    folders = {path.parent.name: path for path in clone.scenarios.glob("*/scenario.py")}
    rng = random.Random(f"{SEED} {family}")
    order = walk(sorted(folders) if ORDER else rng.sample(CHEAP, SOME), rng)
    player = OnLab(network, Lab(clone.root).hosts)
    first: dict[str, Shown] = {}
    different: list[str] = []
    for number, name in enumerate(order):
        runs: list[Run] = []

        def finished(case: Case, run: Run, runs: list[Run] = runs) -> None:
            runs.append(run)

        judging = Judging(plain_cases([family]), player, finished)
        in_process.judge(clone, [folders[name]], judging, lambda _: None)
        for run in runs:
            found = inconclusive(run) or differences(shown(run), first.setdefault(name, shown(run)))
            different += [f"{name} after {order[max(0, number - 1)]}: {each}" for each in found]
            LOG.info("%d of %d, %s: %s", number + 1, len(order), name, found or "the same")
    assert different == [], f"seed {SEED}"
