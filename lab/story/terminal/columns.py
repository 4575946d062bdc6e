"""How wide the hosts' columns and the wires between them are, for the width there is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from lab.story.text import cells
from lab.story.timeline.fold import Fold
from lab.story.timeline.moment import Arrow, Moment
from lab.story.timeline.timeline import Timeline

LEAST_HOST, MOST_HOST = 16, 44
NARROW = 22
"""Text that is no wider stays in its column; wider text goes on over the wire to the right."""

LEAST_WIRE, MOST_WIRE = 16, 56
ARROW = 9
"""Cells that an arrow takes besides its label."""

CHIP = 5
"""Cells that an arrow takes besides what a router changed, behind that router."""

PASSING = 1
"""The width of a router's column of which nothing is told."""

SHORT_WIRE, SHORTEST_WIRE = 12, 8
"""What a wire beside such a router gets at the least, among all hosts and between a pair."""

GOOD_WIRE, MOST_GOOD, FINE_WIRE = 24, 30, 34
"""What a wire gets before hosts get more than their titles need (at least, and at most if its
labels are long), and what it gets where nobody needs more."""


@dataclass(frozen=True)
class Columns:
    """The layout of a ladder: ``hosts`` in order, their columns' and the wires' widths in cells.

    ``passing`` are the columns of routers of which nothing is told but what they passed on.
    """

    hosts: tuple[str, ...]
    time: int
    host: tuple[int, ...]
    wire: tuple[int, ...]
    passing: frozenset[int] = frozenset()

    @property
    def width(self) -> int:
        """How many cells a row takes."""
        return self.time + 2 + sum(self.host) + sum(self.wire) + 2 * len(self.wire)

    @cached_property
    def place(self) -> dict[str, int]:
        """The number of each host's column, from the left."""
        return {host: index for index, host in enumerate(self.hosts)}

    def room(self, index: int) -> int:
        """Return how wide a host's text may be on a row without an arrow: over the wire, too."""
        over = self.wire[index] + 1 if index < len(self.wire) else 0
        return self.host[index] + over

    def between(self, low: int, high: int) -> int:
        """Return how many cells an arrow has from one column to another."""
        inner = sum(self.host[low + 1 : high]) + 2 * (high - low - 1)
        return sum(self.wire[low:high]) + inner

    def is_wide(self, index: int, text: str) -> bool:
        """Tell whether a text needs more than its column."""
        return index < len(self.wire) and cells(text) > self.host[index]


def fits(hosts: Sequence[str], passing: Collection[str], time: int, width: int) -> bool:
    """Tell whether a ladder of these hosts can be drawn in ``width`` cells."""
    least = sum(_least(hosts, _between(hosts, passing), SHORT_WIRE)) + 2 * (len(hosts) - 1)
    return len(hosts) <= 2 or time + 2 + least <= width


def columns(
    timeline: Timeline,
    hosts: Sequence[str],
    moments: Sequence[Moment | Fold],
    time: int,
    width: int,
) -> Columns:
    """Return the layout: every column gets its least, then the room goes where it is needed."""
    wires = len(hosts) - 1
    passing = _between(hosts, timeline.passing)
    for_titles = [
        PASSING if host in passing else max(LEAST_HOST, cells(timeline.title(host)))
        for host in hosts
    ]
    host_need, wire_need = _needs(hosts, for_titles, moments)
    room = width - time - 2 - 2 * wires
    given = _least(hosts, passing, SHORTEST_WIRE) if wires else [room]
    nothing = [0] * len(hosts)
    # What comes first gets its room first.
    for wanted in (
        [*for_titles, *[0] * wires],
        [*nothing, *(min(need, MOST_GOOD) for need in wire_need)],
        [*(min(need, NARROW) for need in host_need), *[0] * wires],
        [*host_need, *wire_need],
        [*nothing, *[FINE_WIRE] * wires],
    ):
        given = _shared(wanted, given, room)
    only = frozenset(index for index, host in enumerate(hosts) if host in passing)
    return Columns(tuple(hosts), time, tuple(given[: len(hosts)]), tuple(given[len(hosts) :]), only)


def _between(hosts: Sequence[str], passing: Collection[str]) -> frozenset[str]:
    """Return the passing routers of a ladder: who stands at its edge is told of like any host."""
    return frozenset(passing).intersection(hosts[1:-1])


def _needs(
    hosts: Sequence[str], for_titles: Sequence[int], moments: Sequence[Moment | Fold]
) -> tuple[list[int], list[int]]:
    """Return how wide columns and wires would have to be for what stands there."""
    place = {host: index for index, host in enumerate(hosts)}
    host_need, wire_need = list(for_titles), [GOOD_WIRE] * (len(hosts) - 1)
    for moment in moments:
        if isinstance(moment, Arrow):
            transit = moment.transit
            start = place.get(transit.sender)
            first = [each.host for each in transit.joints[:1]]
            for receiver in first or (transit.receiver, *transit.reached):
                stop = place.get(receiver)
                if start is not None and stop is not None and abs(start - stop) == 1:
                    _ask(wire_need, min(start, stop), moment.label.widest + ARROW)
            for joint in transit.joints:
                at = place.get(joint.host)
                if at is not None and start is not None and joint.chips:
                    beyond = at if at > start else at - 1
                    _ask(wire_need, beyond, cells(", ".join(joint.chips)) + CHIP)
            for note in moment.notes:
                _ask(host_need, place.get(note.host), cells(note.text))
        elif not isinstance(moment, Fold):
            need = cells(moment.text[:MOST_HOST])
            if moment.host == hosts[-1] or need <= NARROW:
                _ask(host_need, place.get(moment.host), need)
    host_need = [min(need, MOST_HOST) for need in host_need]
    return host_need, [min(need, MOST_WIRE) for need in wire_need]


def _least(hosts: Sequence[str], passing: Collection[str], short: int) -> list[int]:
    """Return the least width of each column, then of each wire."""
    is_passing = [host in passing for host in hosts]
    columns = [PASSING if each else LEAST_HOST for each in is_passing]
    wires = [short if any(each) else LEAST_WIRE for each in pairwise(is_passing)]
    return columns + wires


def _ask(needs: list[int], index: int | None, need: int) -> None:
    if index is not None:
        needs[index] = max(needs[index], need)


def _shared(needs: Sequence[int], given: Sequence[int], room: int) -> list[int]:
    """Give the room out, one cell at a time, to whoever lacks most."""
    given = list(given)
    while sum(given) > room and max(given) > 1:
        given[given.index(max(given))] -= 1
    while sum(given) < room:
        lacking = [need - have for need, have in zip(needs, given, strict=True)]
        most = max(lacking)
        if most <= 0:
            break
        given[lacking.index(most)] += 1
    return given
