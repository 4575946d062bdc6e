"""The coloured bands along the life lines: which state each socket was in, from when to when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from itertools import count

from lab.observation.talk import Talk
from lab.story.page.ladder.drawing import StateBand
from lab.story.page.ladder.frame import Frame
from lab.story.timeline.note import Note

MOST_LANES = 3
"""Sockets of one host whose bands stand side by side; further ones share the lane behind those."""

SEVERAL = "SEVERAL"
"""The state of the lane that sockets share."""

NOTHING = {"CLOSED", "CLOSE"}


_Key = tuple[int, object]


@dataclass
class _Lane:
    number: int
    start: int
    state: str
    until_ns: int | None
    talk: int = -1


@dataclass
class _Taken:
    """The lanes of one host: who has which one alone, how many share the last, since when."""

    alone: dict[int, _Key] = field(default_factory=dict)
    sharing: int = 0
    since: int = 0


class Lanes:
    """The sockets of all hosts; every change of a state is added from the top downwards.

    ``rows`` are the numbers of the conversations.
    """

    def __init__(self, frame: Frame, rows: Mapping[Talk, int] | None = None) -> None:
        self._frame = frame
        self._rows = rows or {}
        self._open: dict[_Key, _Lane] = {}
        self._taken: dict[int, _Taken] = defaultdict(_Taken)
        self._due: list[tuple[int, int, _Key]] = []
        self._numbers = count()
        self._bands: list[StateBand] = []

    def as_they_are(self) -> Lanes:
        """Return other lanes in the same states, all of which begin at tick 0."""
        other = Lanes(self._frame, self._rows)
        for key, lane in self._open.items():
            other._put(key, replace(lane, start=0))
        return other

    def onwards(self) -> Lanes:
        """Do as ``as_they_are``, but give these away: that takes no longer for many sockets."""
        other = Lanes(self._frame, self._rows)
        other._open, other._taken, other._due = self._open, self._taken, self._due
        other._numbers = self._numbers
        for taken in self._taken.values():
            taken.since = 0
            for key in taken.alone.values():
                self._open[key].start = 0
        return other

    def add(self, note: Note, host: int, tick: int) -> None:
        """Note that a socket went into another state at this tick."""
        if not note.state:
            return
        key = (host, note.socket)
        before = self._end(key, tick) if key in self._open else None
        if note.state in NOTHING:
            return
        taken = self._taken[host]
        free = (number for number in range(MOST_LANES) if number not in taken.alone)
        number = next(free, MOST_LANES) if before is None else before.number
        if number < MOST_LANES:
            talk = self._rows.get(note.socket, -1) if isinstance(note.socket, Talk) else -1
            self._put(key, _Lane(number, tick, note.state, note.until_ns, talk))
            return
        since = taken.since if taken.sharing else tick
        self._put(key, _Lane(MOST_LANES, since, SEVERAL, note.until_ns))

    def reach(self, time_ns: int, tick: int) -> None:
        """End at this tick the bands of sockets that were last seen before this time."""
        while self._due and self._due[0][0] < time_ns:
            until_ns, _, key = heappop(self._due)
            if key in self._open and self._open[key].until_ns == until_ns:
                self._end(key, tick)

    def bands(self, last: int) -> tuple[StateBand, ...]:
        """Return all bands; what was not seen to end goes to the last tick."""
        still = []
        for host, taken in self._taken.items():
            for key in reversed(taken.alone.values()):
                still.append(self._band(host, self._open[key], last))
            if taken.sharing:
                still.append(self._band(host, _Lane(MOST_LANES, taken.since, SEVERAL, None), last))
        return (*self._bands, *still)

    def _put(self, key: _Key, lane: _Lane) -> None:
        taken = self._taken[key[0]]
        if lane.number < MOST_LANES:
            taken.alone[lane.number] = key
        else:
            taken.sharing, taken.since = taken.sharing + 1, lane.start
        self._open[key] = lane
        if lane.until_ns is not None:
            heappush(self._due, (lane.until_ns, next(self._numbers), key))

    def _end(self, key: _Key, tick: int) -> _Lane:
        lane, taken = self._open.pop(key), self._taken[key[0]]
        if lane.number < MOST_LANES:
            del taken.alone[lane.number]
        else:
            taken.sharing -= 1
        if lane.number < MOST_LANES or not taken.sharing:
            lane.start = lane.start if lane.number < MOST_LANES else taken.since
            self._bands.append(self._band(key[0], lane, tick))
        return lane

    def _band(self, host: int, lane: _Lane, stop: int) -> StateBand:
        lifeline = self._frame.lifelines[host]
        number = lane.number * lifeline.outward
        return StateBand(lane.start, stop, lifeline.x, number, lane.state, talk=lane.talk)
