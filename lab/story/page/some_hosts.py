"""Ladders of some of a run's hosts: of those that have a conversation, to look at it alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lab.observation.talk import Talk
from lab.story.timeline.moment import Arrow, Moment
from lab.story.timeline.timeline import Timeline

FEWEST = 3
"""Hosts of a ladder from which on some can be left out."""

MOST = 8
"""Ladders of some hosts in a page; those with the most conversations are there."""

MOST_MOMENTS = 3_000
"""Moments of a run from which on its page has no further ladders: it would be too large."""


def hosts_of_rows(timeline: Timeline, rows: Mapping[Talk, int]) -> list[tuple[str, ...]]:
    """Return the hosts of each conversation, its routers among them, by its number."""
    found: dict[int, set[str]] = {}
    for arrow in timeline.arrows:
        if arrow.transit.talk is not None:
            found.setdefault(rows[arrow.transit.talk], set()).update(_hosts(arrow))
    return [tuple(host for host in timeline.abreast if host in found[row]) for row in sorted(found)]


def groups(of_rows: Sequence[tuple[str, ...]], timeline: Timeline) -> list[tuple[str, ...]]:
    """Return which hosts stand in a ladder of their own: the hosts of some conversation."""
    if len(timeline.abreast) < FEWEST or len(timeline.moments) > MOST_MOMENTS:
        return []
    counts: dict[tuple[str, ...], int] = {}
    for hosts in of_rows:
        if len(hosts) < len(timeline.abreast):
            counts[hosts] = counts.get(hosts, 0) + 1
    return sorted(counts, key=lambda hosts: -counts[hosts])[:MOST]


def only(timeline: Timeline, hosts: tuple[str, ...]) -> Timeline:
    """Return the timeline of these hosts: what they sent each other, and what they did."""
    moments = tuple(each for each in timeline.moments if _is_among(each, hosts))
    return replace(timeline, moments=moments, abreast=hosts, acks=())


def _is_among(moment: Moment, hosts: tuple[str, ...]) -> bool:
    return _hosts(moment) <= set(hosts) if isinstance(moment, Arrow) else moment.host in hosts


def _hosts(arrow: Arrow) -> set[str]:
    transit = arrow.transit
    to = (transit.receiver,) if transit.receiver else transit.reached
    return {transit.sender, *to, *(joint.host for joint in transit.joints)}
