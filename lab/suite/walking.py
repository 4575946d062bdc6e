"""Play a scenario step by step, and keep the walk beside its run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lab.clone import Clone
from lab.errors import ScenarioInvalid
from lab.hosts.running_lab import RunningLab
from lab.observation import store
from lab.observation.evidence import Pointer
from lab.observation.observation import Observation
from lab.observation.run import Run
from lab.observation.steps.walk import Walk
from lab.observation.verdict import Outcome
from lab.runner.run import observe
from lab.runner.staging import Staging
from lab.runner.step.order import Choose
from lab.runner.step.walker import MOST, Walker
from lab.scenario import catalogue
from lab.scenario.fault import LinkDown, Paused, PowerCut
from lab.scenario.program import Program
from lab.scenario.scenario import Scenario
from lab.scenario.words import LESSON
from lab.story.steps.crossings import Crossings
from lab.story.steps.player import player
from lab.story.timeline.timeline import Timeline
from lab.suite import publish
from lab.wire.address import Family

if TYPE_CHECKING:
    from lab.suite.judging import Case

STEPS = "steps.json"
PLAYER = "steps.html"

SILENCING = (LinkDown, PowerCut, Paused)
"""Faults under which a host does not answer the lab, so that nobody knows when a step is over."""

FOLDER = "step"
"""The folder of a walk, beside those of a scenario's runs."""


def check(scenario: Scenario) -> None:
    """Raise ScenarioInvalid where a scenario cannot be stepped."""
    named = [type(each) for several in scenario.programs.values() for each in several]
    names = named if scenario.steps is None else list(scenario.steps.__globals__.values())
    if cuts := [each.__name__ for each in SILENCING if each in names]:
        raise ScenarioInvalid(
            f"stepping {scenario.name}",
            f"its steps use {cuts[0]}: without its network, no host can say that all is at rest",
            f"lab run {scenario.name}",
        )
    if Program not in names:
        raise ScenarioInvalid(
            f"stepping {scenario.name}",
            "it has no program in Python",
            f"lab run {scenario.name} plays it; lab step tcp_connect steps another",
        )


def walk(
    network: RunningLab,
    scenario: Scenario,
    family: Family,
    choose: Choose,
    watch: Callable[[Walk], None],
    *,
    order: str,
    most: int = MOST,
    free: bool = False,
) -> tuple[Walk, Observation]:
    """Step a scenario over one IP version; return the steps, and what the run showed."""
    check(scenario)
    walker = Walker(scenario, choose, Crossings().of, watch, order=order, most=most, free=free)
    staging = Staging(words=LESSON)
    observation = observe(network, scenario, family, staging=staging, play=walker.play)
    return walker.walk, observation


def judged(clone: Clone, scenario: Scenario, observation: Observation) -> Run:
    """Return the run of a walk with what its scenario's expectations say of it."""
    from lab.suite.in_process import judge  # noqa: PLC0415 - pytest is slow to load
    from lab.suite.judging import Judging, plain_cases  # noqa: PLC0415

    runs = [Run.of(observation)]
    given = Given(observation)
    judging = Judging(plain_cases([observation.family]), given, lambda _case, run: runs.append(run))
    judge(clone, [scenario.folder / catalogue.FILE], judging, lambda _: None)
    return runs[-1]


class Given:
    """Gives the one observation that was made."""

    def __init__(self, observation: Observation) -> None:
        self._observation = observation

    def begin(self, cases: Sequence[Case]) -> None:
        """Prepare nothing."""

    def observe(self, case: Case) -> Observation:
        """Return the observation."""
        return self._observation


def failed_at(walked: Walk, run: Run) -> list[tuple[str, int | None]]:
    """Return each expectation that fails, and the step that its first pointer leads to."""
    observation = run.observation
    if observation is None:
        return []
    found = []
    for verdict in run.verdicts:
        if verdict.outcome is Outcome.FAILS:
            times = [_time_of(observation, pointer) for pointer in verdict.pointers]
            at = next((walked.step_at(time_ns) for time_ns in times if time_ns is not None), None)
            found.append((verdict.sentence, at))
    return found


def _time_of(observation: Observation, pointer: Pointer) -> int | None:
    """Return when that happened which a pointer names; None where it has no time."""
    host = observation.host(pointer.host)
    if pointer.packet is not None:
        capture = host.captures[pointer.network] if pointer.network else host.capture
        packets = capture.packets if capture else ()
        return next((each.time_ns for each in packets if each.number == pointer.packet), None)
    if pointer.program is None or pointer.program >= len(host.transcripts):
        return None
    transcript = host.transcripts[pointer.program]
    if pointer.line is not None and pointer.line < len(transcript.lines):
        return transcript.lines[pointer.line].time_ns
    return transcript.ended_ns


def keep(folder: Path, walked: Walk, run: Run) -> None:
    """Keep a walk beside its run; raises UsageError or NoSpace where it cannot be kept."""
    timeline = Timeline.of(run)
    publish.keep(folder, timeline)
    publish.write_page(folder, timeline)
    store.put(folder / STEPS, walked.text())
    opens = next((at for _, at in failed_at(walked, run) if at is not None), None)
    store.put(folder / PLAYER, player(walked, opens))
