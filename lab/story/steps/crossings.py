"""The packets of a run as steps show them: from host to host, with what stands on their arrow."""

from __future__ import annotations

from lab.observation.observation import Observation
from lab.observation.route import Routes
from lab.observation.steps.walk import Crossing
from lab.story.timeline.label import label
from lab.story.timeline.transit import transits

HIDDEN = {"arp", "neighbour", "group"}
"""Kinds of packets that no line causes: a host asks for them when its tables are old."""

WIDEST = 72


def crossings(observation: Observation) -> list[Crossing]:
    """Return the packets of an observation in the order of time."""
    found = []
    for transit in transits(observation, Routes(observation)):
        said = label(transit)
        if said.kind not in HIDDEN:
            receiver = transit.receiver or ", ".join(transit.reached) or "everybody"
            shown = (said.fit(WIDEST), said.style, transit.lost, said.kind)
            found.append(Crossing(transit.sender, receiver, *shown))
    return found
