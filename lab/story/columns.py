"""How wide the hosts' columns and the wires between them are, for the width there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lab.story.fold import Fold
from lab.story.moment import Arrow, Moment
from lab.story.text import cells

LEAST_HOST, MOST_HOST = 16, 44
LEAST_WIRE, MOST_WIRE = 16, 56
ARROW = 9
"""Cells that an arrow takes besides its label."""

LONE_WIRE = 30
"""A wire is not drawn shorter than this where there is room."""


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


def fits(number: int, time: int, width: int) -> bool:
    """Tell whether a ladder of so many hosts can be drawn in ``width`` cells."""
    least = time + 2 + number * LEAST_HOST + (number - 1) * (LEAST_WIRE + 2)
    return number <= 2 or least <= width


def columns(
    hosts: Sequence[str],
    titles: Sequence[str],
    told: Sequence[Moment | Fold],
    time: int,
    width: int,
) -> Columns:
    """Return the layout: every column gets its least, then the room goes where it is needed."""
    place = {host: index for index, host in enumerate(hosts)}
    host_need = [max(LEAST_HOST, cells(title)) for title in titles]
    wire_need = [LONE_WIRE] * (len(hosts) - 1)
    for moment in told:
        if isinstance(moment, Arrow):
            ends = [place.get(moment.crossing.sender), place.get(moment.crossing.receiver)]
            known = [end for end in ends if end is not None]
            if len(known) == 2 and abs(known[0] - known[1]) == 1:
                need = moment.label.widest + ARROW
                wire_need[min(known)] = max(wire_need[min(known)], need)
            for beside in moment.beside:
                _ask(host_need, place.get(beside.host), cells(beside.text))
        elif not isinstance(moment, Fold):
            _ask(host_need, place.get(moment.host), cells(moment.text[:MOST_HOST]))
    needs = [min(need, MOST_HOST) for need in host_need] + [
        min(need, MOST_WIRE) for need in wire_need
    ]
    least = [LEAST_HOST] * len(hosts) + [LEAST_WIRE] * (len(hosts) - 1)
    room = width - time - 2 - 2 * (len(hosts) - 1)
    if len(hosts) == 1:
        needs, least = [room], [room]
    given = _shared(needs, least, room)
    return Columns(tuple(hosts), time, tuple(given[: len(hosts)]), tuple(given[len(hosts) :]))


def _ask(needs: list[int], index: int | None, need: int) -> None:
    if index is not None:
        needs[index] = max(needs[index], need)


def _shared(needs: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """Give the room out, one cell at a time, to whoever lacks most."""
    given = list(least)
    while sum(given) > room and max(given) > 1:
        given[given.index(max(given))] -= 1
    while sum(given) < room:
        lacking = [need - have for need, have in zip(needs, given, strict=True)]
        most = max(lacking)
        if most <= 0:
            break
        given[lacking.index(most)] += 1
    return given
