"""How wide the hosts' columns and the wires between them are, for the width there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from lab.story.text import cells
from lab.story.timeline.fold import Fold
from lab.story.timeline.moment import Arrow, Moment

LEAST_HOST, MOST_HOST = 16, 44
NARROW = 22
"""Text that is no wider stays in its column; wider text goes on over the wire to the right."""

LEAST_WIRE, MOST_WIRE = 16, 56
ARROW = 9
"""Cells that an arrow takes besides its label."""

GOOD_WIRE, MOST_GOOD, FINE_WIRE = 24, 30, 34
"""What a wire gets before hosts get more than their titles need (at least, and at most if its
labels are long), and what it gets where nobody needs more."""


@dataclass(frozen=True)
class Columns:
    """The layout of a ladder: ``hosts`` in order, their columns' and the wires' widths in cells."""

    hosts: tuple[str, ...]
    time: int
    host: tuple[int, ...]
    wire: tuple[int, ...]

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


def fits(number: int, time: int, width: int) -> bool:
    """Tell whether a ladder of so many hosts can be drawn in ``width`` cells."""
    least = time + 2 + number * LEAST_HOST + (number - 1) * (LEAST_WIRE + 2)
    return number <= 2 or least <= width


def columns(
    hosts: Sequence[str],
    titles: Sequence[str],
    moments: Sequence[Moment | Fold],
    time: int,
    width: int,
) -> Columns:
    """Return the layout: every column gets its least, then the room goes where it is needed."""
    place = {host: index for index, host in enumerate(hosts)}
    wires = len(hosts) - 1
    for_titles = [max(LEAST_HOST, cells(title)) for title in titles]
    host_need, wire_need = list(for_titles), [GOOD_WIRE] * wires
    for moment in moments:
        if isinstance(moment, Arrow):
            start = place.get(moment.transit.sender)
            for receiver in (moment.transit.receiver, *moment.transit.reached):
                stop = place.get(receiver)
                if start is not None and stop is not None and abs(start - stop) == 1:
                    _ask(wire_need, min(start, stop), moment.label.widest + ARROW)
            for note in moment.notes:
                _ask(host_need, place.get(note.host), cells(note.text))
        elif not isinstance(moment, Fold):
            need = cells(moment.text[:MOST_HOST])
            if moment.host == hosts[-1] or need <= NARROW:
                _ask(host_need, place.get(moment.host), need)
    host_need = [min(need, MOST_HOST) for need in host_need]
    wire_need = [min(need, MOST_WIRE) for need in wire_need]
    room = width - time - 2 - 2 * wires
    given = [LEAST_HOST] * len(hosts) + [LEAST_WIRE] * wires if wires else [room]
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
    return Columns(tuple(hosts), time, tuple(given[: len(hosts)]), tuple(given[len(hosts) :]))


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
