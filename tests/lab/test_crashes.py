"""A crash at the end of a program: the run's own expectation fails, whatever else was right.

By default these are two of the cheap scenarios, others each time. ``SOCKETLAB_CRASHES=full`` has
every program of all scenarios crash, one after the other, which takes some minutes;
``SOCKETLAB_SEED`` repeats a choice, and ``--log-cli-level=info`` tells which
never come to their end.
"""

from __future__ import annotations

import logging
import os
import random
from collections.abc import Iterator

from lab_clone import Clone

from lab.clone import Clone as TheClone
from lab.hosts.docker.compose.lab import Lab
from lab.hosts.running_lab import RunningLab
from lab.observation.run import Run
from lab.observation.transcript import Transcript
from lab.observation.verdict import Outcome
from lab.runner.staging import Staging
from lab.scenario.files import files_of
from lab.scenario.scenario import Scenario
from lab.suite import in_process
from lab.suite.judging import Case, Judging
from lab.suite.players import OnLab
from lab.suite.scenario_module import DEFAULT

LOG = logging.getLogger(__name__)

CHEAP = (
    *("half_close", "layers", "many_clients", "ports", "tcp_client", "tcp_connect"),
    *("tcp_refused", "tcp_stream", "udp_datagrams", "udp_unreachable"),
)
SOME = 2
IS_FULL = os.environ.get("SOCKETLAB_CRASHES") == "full"
SEED = int(os.environ.get("SOCKETLAB_SEED") or random.randrange(1 << 16))
CRASH = {".py": b"\n1 / 0\n", ".sh": b"\nkill -SEGV $$\n"}
TOLD = {".py": "ZeroDivisionError: division by zero", ".sh": "by signal SIGSEGV"}


def crashing(scenario: Scenario) -> Iterator[Case]:
    """Yield a case for each file of a scenario that can crash at its end: it does so there."""
    (family, *_) = scenario.families
    for number, (name, text) in enumerate(files_of(scenario.folder).items(), start=1):
        if crash := CRASH.get(name[-3:]):
            staging = Staging({name: text + crash})
            yield Case(scenario, family, staging, f"{name} crashes at its end", number)


def never_gets_there(program: Transcript) -> str:
    """Return why a program does not come to its last line, as its scenario says; else nothing."""
    if program.served:
        return "the lab stops it: serves=True"
    return f"fails={program.fails!r}" if program.fails and not program.failure else ""


def test_a_program_that_crashes_at_its_end_fails_its_run(
    network: RunningLab, this_lab: Clone
) -> None:
    clone = TheClone(this_lab.root)
    folders = {path.parent.name: path for path in clone.scenarios.glob("*/scenario.py")}
    names = sorted(folders) if IS_FULL else random.Random(SEED).sample(CHEAP, SOME)
    green: list[str] = []
    others: list[str] = []

    def finished(case: Case, run: Run) -> None:
        (name,) = case.staging.files
        told = f"{case.scenario.name}/{name}"
        (verdict,) = (each for each in run.verdicts if each.expectation == DEFAULT)
        assert run.observation is not None, run.reason
        if verdict.outcome is Outcome.FAILS and TOLD[name[-3:]] in verdict.detail:
            return
        ran = [
            each for each in run.observation.transcripts if name in (each.program, *each.arguments)
        ]
        why = [never_gets_there(each) for each in ran]
        (others if all(why) else green).append(f"{told}: {why or 'no program of its own'}")

    player = OnLab(network, Lab(clone.root).hosts)
    judging = Judging(lambda scenario: list(crashing(scenario)), player, finished)
    in_process.judge(clone, [folders[name] for name in names], judging, lambda _: None)
    LOG.info("not reached, as the scenario says: %s", "; ".join(others) or "none")
    assert green == [], f"seed {SEED}"
