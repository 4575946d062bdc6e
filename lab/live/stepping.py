"""A scenario stepped for the live page: who moves is said by a button, what happened is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from queue import Queue
from typing import Any

from lab.clone import Clone
from lab.hosts.docker.compose.lab import Lab
from lab.observation.run import Run
from lab.observation.steps.walk import Lane, Stepped, Walk
from lab.runner.session import open_lab
from lab.runner.step.order import order
from lab.scenario import catalogue
from lab.story.steps.player import Tells
from lab.suite import walking
from lab.wire.address import Family

ON = "on"
"""What the page says to have all that can move do so, to the end."""


class Buttons:
    """Chooses who moves as the page says."""

    def __init__(self, tell: Callable[[dict[str, Any]], None], moves: Queue[str]) -> None:
        self._tell = tell
        self._moves = moves
        self._runs_on = False
        self._whoever = order("server")
        self._tells = Tells()

    def choose(self, lanes: Sequence[Lane], programs: Sequence[Stepped]) -> Lane | None:
        """Return the lane that is to move."""
        by_role: dict[str, Lane] = {}
        for lane in lanes:
            by_role.setdefault(programs[lane.program].role, lane)
        if not self._runs_on:
            self._tell({"can": sorted(by_role)})
        while not self._runs_on:
            said = self._moves.get()
            if said in by_role:
                return by_role[said]
            self._runs_on = said == ON
        return self._whoever(lanes, programs)

    def watch(self, walk: Walk) -> None:
        """Tell of the steps that are new."""
        self._tell({"walked": self._tells.more(walk)})


def step(
    clone: Clone, wanted: dict[str, Any], tell: Callable[[dict[str, Any]], None], moves: Queue[str]
) -> tuple[Run, str]:
    """Step a scenario; return its run, and how the walk ended; raises LabError."""
    scenario = catalogue.load(catalogue.find(clone.scenarios, str(wanted["scenario"])))
    scenario.check(Lab(clone.root).hosts)
    walking.check(scenario)
    chosen = [Family(each) for each in wanted.get("families") or ()]
    family = next((each for each in scenario.families if each in chosen), scenario.families[0])
    buttons = Buttons(tell, moves)
    tell({"plays": f"{scenario.name} over {family.label}, step by step"})
    with open_lab(clone, lambda text: tell({"says": text})) as network:
        walked, observation = walking.walk(
            network, scenario, family, buttons.choose, buttons.watch, order="page"
        )
    run = Run.of(observation)
    if not observation.inconclusive:
        run = walking.judged(clone, scenario, observation)
    walking.keep(clone.results(scenario.name, walking.FOLDER), walked, run)
    return run, walked.result.text if walked.result else "it could not be stepped to the end"
