"""Which host stands where in a ladder, from the left."""

from __future__ import annotations

from lab.observation.observation import Observation
from lab.observation.route import Routes
from lab.story.timeline.lifelines import abreast
from lab.story.timeline.timeline import Timeline


def standing(observation: Observation, timeline: Timeline) -> tuple[str, ...]:
    """Return the hosts from the left: behind each other as packets come by them, if they do."""
    hosts = abreast(timeline.hosts, timeline.moments)
    if not any(host.further for host in observation.hosts):
        return hosts
    ways = [[host for host in route.hosts if host in hosts] for route in Routes(observation)]
    longest = max(ways, key=len, default=[])
    return (*longest, *(host for host in hosts if host not in longest))
