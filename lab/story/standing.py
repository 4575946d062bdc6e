"""Which host stands where in a ladder, from the left."""

from __future__ import annotations

from lab.observation import Observation
from lab.path import Paths
from lab.story.grouping import groups
from lab.story.telling import Telling

_WIDE_ENOUGH = 100_000


def standing(observation: Observation, telling: Telling) -> tuple[str, ...]:
    """Return the hosts from the left: behind each other as packets come by them, if they do."""
    found = groups(telling.hosts, telling.moments, 0, _WIDE_ENOUGH)
    hosts = found[0] if found else ()
    if not any(host.further for host in observation.hosts):
        return hosts
    ways = [[host for host in path.hosts if host in hosts] for path in Paths(observation)]
    longest = max(ways, key=len, default=[])
    return (*longest, *(host for host in hosts if host not in longest))
