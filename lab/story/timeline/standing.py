"""Which host stands where in a ladder, from the left."""

from __future__ import annotations

from lab.observation.observation import Observation
from lab.observation.route import Paths
from lab.story.timeline.lifelines import abreast
from lab.story.timeline.timeline import Telling


def standing(observation: Observation, telling: Telling) -> tuple[str, ...]:
    """Return the hosts from the left: behind each other as packets come by them, if they do."""
    hosts = abreast(telling.hosts, telling.moments)
    if not any(host.further for host in observation.hosts):
        return hosts
    ways = [[host for host in path.hosts if host in hosts] for path in Paths(observation)]
    longest = max(ways, key=len, default=[])
    return (*longest, *(host for host in hosts if host not in longest))
