"""Play a scenario step by step, and keep the walk beside its run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lab.errors import ScenarioInvalid
from lab.hosts.running_lab import RunningLab
from lab.observation import store
from lab.observation.observation import Observation
from lab.observation.run import Run
from lab.observation.steps.walk import Walk
from lab.runner.run import observe
from lab.runner.staging import Staging
from lab.runner.step.order import Choose
from lab.runner.step.walker import Walker
from lab.scenario.scenario import Scenario
from lab.scenario.words import LESSON
from lab.story.steps.crossings import crossings
from lab.story.steps.player import player
from lab.story.timeline.timeline import Timeline
from lab.suite import publish
from lab.wire.address import Family

STEPS = "steps.json"
PLAYER = "steps.html"

FOLDER = "step"
"""The folder of a walk, beside those of a scenario's runs."""


def check(scenario: Scenario) -> None:
    """Raise ScenarioInvalid where a scenario cannot be stepped."""
    if scenario.steps is not None:
        folder = f"scenarios/{scenario.name}"
        raise ScenarioInvalid(
            f"stepping {scenario.name}",
            "it starts its programs by steps of its own, at moments that lab step does not know",
            f"lab step {folder}/server.py {folder}/client.py --port N; or lab step tcp_connect",
        )
    if not any(not each.is_command for several in scenario.programs.values() for each in several):
        raise ScenarioInvalid(
            f"stepping {scenario.name}",
            "it has no program in Python",
            "lab run plays it; lab step tcp_connect steps another",
        )


def walk(
    network: RunningLab,
    scenario: Scenario,
    family: Family,
    choose: Choose,
    watch: Callable[[Walk], None],
    *,
    order: str,
    most: int,
    free: bool = False,
) -> tuple[Walk, Observation]:
    """Step a scenario over one IP version; return the steps, and what the run showed."""
    check(scenario)
    walker = Walker(scenario, choose, crossings, watch, order=order, most=most, free=free)
    staging = Staging(words=LESSON)
    observation = observe(network, scenario, family, staging=staging, play=walker.play)
    return walker.walk, observation


def keep(folder: Path, walked: Walk, observation: Observation) -> None:
    """Keep a walk beside what its run showed; raises UsageError or NoSpace where it cannot be."""
    timeline = Timeline.of(Run.of(observation))
    publish.keep(folder, timeline)
    publish.write_page(folder, timeline)
    store.put(folder / STEPS, walked.text())
    store.put(folder / PLAYER, player(walked))
