"""Which hosts stand side by side: all in one ladder, or one ladder for each pair that spoke."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import combinations

from lab.observation.route import Route
from lab.story.timeline.moment import Arrow, Moment
from lab.story.timeline.selection import Labelled

Pair = frozenset[str]


def order(drawn: Sequence[Labelled], story: Sequence[Moment]) -> list[str]:
    """Return the hosts of a story in the order in which they come up."""
    hosts = [
        host
        for transit, _ in drawn
        for host in (transit.sender, *(each.host for each in transit.joints), transit.receiver)
        if host
    ]
    hosts += [moment.host for moment in story if not isinstance(moment, Arrow)]
    return list(dict.fromkeys(hosts))


def abreast(hosts: Sequence[str], story: Sequence[Moment]) -> tuple[str, ...]:
    """Return all hosts as they stand in one ladder, from the left."""
    if any(isinstance(each, Arrow) and not each.transit.receiver for each in story):
        return tuple(hosts)
    return tuple(_hub_in_the_middle(hosts, _spoke(hosts, story)))


def along(hosts: Sequence[str], routes: Iterable[Route]) -> tuple[str, ...]:
    """Return hosts from the left in the order of the longest route, the others behind them."""
    # Of a packet for many, those who heard it on one network do not stand behind each other.
    chains = (route for route in routes if len(route.hosts) <= len(route.networks) + 1)
    passed = ([host for host in route.hosts if host in hosts] for route in chains)
    longest: list[str] = max(passed, key=len, default=[])
    return (*longest, *(host for host in hosts if host not in longest))


def pair_by_pair(
    hosts: Sequence[str], story: Sequence[Moment], passing: Container[str] = ()
) -> list[tuple[str, ...]]:
    """Return a ladder for each pair that spoke, and one for each host that spoke to nobody.

    Between a pair stand the hosts that were only ``passing`` its packets on. They get no ladder of
    their own, and what such a host itself told one of the pair stands in the ladder of the pair.
    """
    spoke = frozenset(_spoke(hosts, story))
    pairs = [pair for pair in combinations(hosts, 2) if frozenset(pair) in spoke]
    groups = [_with_routers(pair, story, passing) for pair in pairs]
    long = [frozenset(group) for group in groups if len(group) > 2]
    whole = [group for group in groups if not any(other > {*group} for other in long)]
    paired = {host for pair in pairs for host in pair}
    alone = [(host,) for host in hosts if host not in passing and host not in paired]
    return [*whole, *alone]


def _with_routers(
    pair: tuple[str, str], story: Sequence[Moment], passing: Container[str]
) -> tuple[str, ...]:
    """Return a pair with the routers between them, in order, that passed packets of theirs on."""
    first, last = pair
    own = [
        moment.transit
        for moment in story
        if isinstance(moment, Arrow) and {moment.transit.sender, moment.transit.receiver} == {*pair}
    ]
    longest = max(own, key=lambda transit: len(transit.joints), default=None)
    between = [each.host for each in longest.joints] if longest is not None else []
    if longest is not None and longest.sender != first:
        between.reverse()
    return (first, *(host for host in between if host in passing), last)


def parts(
    story: Sequence[Moment], groups: Iterable[tuple[str, ...]], hosts: Sequence[str]
) -> Iterator[tuple[tuple[str, ...], list[Moment]]]:
    """Yield each of several ladders with what belongs to it; ``hosts`` are those of all ladders.

    What a host did belongs where its last packet before went, what it began (a program, a
    socket) where its next packet goes: the next before it starts another program, for a program
    without a packet that is drawn stands with what it prints.
    """
    places: dict[Pair, list[int]] = {}
    for index, pairs in enumerate(_belonging(story, hosts)):
        for pair in dict.fromkeys(pairs):
            places.setdefault(pair, []).append(index)
    for group in groups:
        within = [(host,) for host in group] + list(combinations(group, 2))
        own = {index for few in within for index in places.get(frozenset(few), ())}
        yield group, [story[index] for index in sorted(own)]


def _belonging(story: Sequence[Moment], hosts: Sequence[str]) -> Iterator[tuple[Pair, ...]]:
    """Yield for each moment the pairs, or the host alone, in whose ladder it stands."""
    before, after = list(_nearest(story, hosts)), list(_nearest(story[::-1], hosts))[::-1]
    own = list(_nearest(story[::-1], hosts, until_start=True))[::-1]
    for index, moment in enumerate(story):
        if isinstance(moment, Arrow):
            yield _pairs(moment, hosts)
            continue
        alone = (frozenset((moment.host,)),)
        last, following = before[index].get(moment.host), after[index].get(moment.host)
        begins = moment.kind in ("start", "socket")
        yield (begins and own[index].get(moment.host)) or last or following or alone


def _spoke(hosts: Sequence[str], story: Sequence[Moment]) -> list[Pair]:
    return list({pair: None for moment in story for pair in _pairs(moment, hosts)})


def _hub_in_the_middle(hosts: Sequence[str], spoke: Sequence[Pair]) -> list[str]:
    """Put, of three hosts, the one that the others spoke to between them."""
    middle = [host for host in hosts if sum(host in pair for pair in spoke) == 2]
    if len(hosts) != 3 or len(middle) != 1:
        return list(hosts)
    first, last = (host for host in hosts if host != middle[0])
    return [first, middle[0], last]


def _pairs(moment: Moment, hosts: Sequence[str]) -> tuple[Pair, ...]:
    """Return between whom a packet went; one to many went to each host that saw it.

    One to many that nobody saw was lost on the way to everybody.
    """
    if not isinstance(moment, Arrow):
        return ()
    transit = moment.transit
    ends = (transit.receiver,) if transit.receiver else transit.reached or tuple(hosts)
    return tuple(frozenset((transit.sender, end)) for end in ends if end != transit.sender)


def _nearest(
    story: Sequence[Moment], hosts: Sequence[str], *, until_start: bool = False
) -> Iterator[dict[str, tuple[Pair, ...]]]:
    """Yield for each moment between whom each host's packet was, of those already passed.

    With ``until_start`` none of those that were passed before a start of a program on the host.
    """
    known = frozenset(hosts)
    nearest: dict[str, tuple[Pair, ...]] = {}
    for moment in story:
        own: dict[str, tuple[Pair, ...]] = {}
        for pair in _pairs(moment, hosts):
            for host in known.intersection(pair):
                own[host] = (*own.get(host, ()), pair)
        if own:
            nearest = {**nearest, **own}
        yield nearest
        if until_start and not isinstance(moment, Arrow) and moment.kind == "start":
            nearest = {host: own for host, own in nearest.items() if host != moment.host}
