"""Which hosts stand side by side: all in one ladder, or one ladder for each pair that spoke."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from lab.story.choice import Told
from lab.story.columns import fits
from lab.story.moment import Arrow, Moment

Pair = frozenset[str]


def order(drawn: Sequence[Told], story: Sequence[Moment]) -> list[str]:
    """Return the hosts of a story in the order in which they come up."""
    hosts: dict[str, None] = {}
    for crossing, _ in drawn:
        hosts.update(dict.fromkeys(filter(None, (crossing.sender, crossing.receiver))))
    for moment in story:
        if not isinstance(moment, Arrow):
            hosts[moment.host] = None
    return list(hosts)


def groups(
    hosts: Sequence[str], story: Sequence[Moment], time: int, width: int
) -> list[tuple[str, ...]]:
    """Return the ladders to draw: one with all hosts if that fits, else one for each pair."""
    spoke = {pair: None for pair in map(_pair, story) if pair}
    if fits(len(hosts), time, width):
        return [tuple(_hub_in_the_middle(hosts, list(spoke)))] if hosts else []
    pairs: list[tuple[str, ...]] = [
        pair for pair in combinations(hosts, 2) if frozenset(pair) in spoke
    ]
    alone = [host for host in hosts if not any(host in pair for pair in pairs)]
    return [*pairs, *((host,) for host in alone)]


def share(story: Sequence[Moment], group: tuple[str, ...]) -> list[Moment]:
    """Return what belongs to one ladder of several.

    What a host did belongs where its last packet before went, what it began (a program, a
    socket) where its next packet goes.
    """
    wanted = frozenset(group)
    before, after = list(_nearest(story)), list(_nearest(story[::-1]))[::-1]
    part: list[Moment] = []
    for index, moment in enumerate(story):
        pair = _pair(moment)
        if not isinstance(moment, Arrow):
            alone = frozenset((moment.host,))
            last, following = before[index].get(moment.host), after[index].get(moment.host)
            begins = moment.kind in ("start", "socket")
            pair = (following or last if begins else last or following) or alone
        if pair == wanted:
            part.append(moment)
    return part


def _hub_in_the_middle(hosts: Sequence[str], spoke: Sequence[Pair]) -> list[str]:
    """Put, of three hosts, the one that the others spoke to between them."""
    middle = [host for host in hosts if sum(host in pair for pair in spoke) == 2]
    if len(hosts) != 3 or len(middle) != 1:
        return list(hosts)
    first, last = (host for host in hosts if host != middle[0])
    return [first, middle[0], last]


def _pair(moment: Moment) -> Pair:
    if isinstance(moment, Arrow) and moment.crossing.receiver:
        return frozenset((moment.crossing.sender, moment.crossing.receiver))
    return frozenset()


def _nearest(story: Sequence[Moment]) -> Iterator[dict[str, Pair]]:
    """Yield for each moment which pair each host's packet was of, of those already passed."""
    nearest: dict[str, Pair] = {}
    for moment in story:
        pair = _pair(moment)
        if pair:
            nearest = {**nearest, **dict.fromkeys(pair, pair)}
        yield nearest
