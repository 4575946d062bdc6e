"""The packets of a run as steps show them: from host to host, with what stands on their arrow."""

from __future__ import annotations

from lab.observation.observation import Observation
from lab.observation.route import Routes
from lab.observation.steps.walk import Crossing
from lab.story.timeline.label import label
from lab.story.timeline.part import GrowingParts
from lab.story.timeline.transit import transits

HIDDEN = {"arp", "neighbour", "group"}
"""Kinds of packets that no line causes: a host asks for them when its tables are old."""

WIDEST = 72


class Crossings:
    """Tells the packets of a walk, step after step; what crossed before says what they are."""

    def __init__(self) -> None:
        self._parts = GrowingParts()

    def of(self, observation: Observation) -> list[Crossing]:
        """Return the packets of one more step in the order of time.

        ``observation`` has them only; each tap numbers them on from those of the step before.
        """
        self._parts.take(observation)
        found = []
        for transit in transits(observation, Routes(observation), self._parts):
            said = label(transit)
            if said.kind not in HIDDEN:
                receiver = transit.receiver or ", ".join(transit.reached) or "everybody"
                shown = (said.fit(WIDEST), said.style, transit.lost, said.kind)
                found.append(Crossing(transit.sender, receiver, *shown))
        return found
