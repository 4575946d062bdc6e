"""The coloured bands along the life lines: which state each socket was in, from when to when."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lab.story.page.ladder.drawing import StateBand
from lab.story.page.ladder.frame import Frame
from lab.story.timeline.note import Note

MOST_LANES = 3
"""Sockets of one host whose bands stand side by side; further ones share the lane behind those."""

SEVERAL = "SEVERAL"
"""The state of the lane that sockets share."""

NOTHING = {"CLOSED", "CLOSE"}


@dataclass
class _Lane:
    number: int
    start: int
    state: str
    until_ns: int | None


class Lanes:
    """The sockets of all hosts; every change of a state is added from the top downwards."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._open: dict[tuple[int, object], _Lane] = {}
        self._bands: list[StateBand] = []

    def as_they_are(self) -> Lanes:
        """Return other lanes in the same states, all of which begin at tick 0."""
        other = Lanes(self._frame)
        other._open = {key: replace(lane, start=0) for key, lane in self._open.items()}
        return other

    def add(self, note: Note, host: int, tick: int) -> None:
        """Note that a socket went into another state at this tick."""
        if not note.state:
            return
        key = (host, note.socket)
        before = self._open.pop(key, None)
        if before is not None:
            self._end(host, before, tick)
        if note.state in NOTHING:
            return
        taken = {lane.number for (other, _), lane in self._open.items() if other == host}
        free = [number for number in range(MOST_LANES) if number not in taken]
        number = before.number if before is not None else free[0] if free else MOST_LANES
        if number < MOST_LANES:
            self._open[key] = _Lane(number, tick, note.state, note.until_ns)
            return
        shared = self._shared(host)
        begun = shared[0].start if shared else tick
        self._open[key] = _Lane(MOST_LANES, begun, SEVERAL, note.until_ns)

    def reach(self, time_ns: int, tick: int) -> None:
        """End at this tick the bands of sockets that were last seen before this time."""
        for key, lane in list(self._open.items()):
            if lane.until_ns is not None and lane.until_ns < time_ns:
                self._end(key[0], self._open.pop(key), tick)

    def bands(self, last: int) -> tuple[StateBand, ...]:
        """Return all bands; what was not seen to end goes to the last tick."""
        while self._open:
            (host, _), lane = self._open.popitem()
            self._end(host, lane, last)
        return tuple(self._bands)

    def _shared(self, host: int) -> list[_Lane]:
        lanes = (lane for (other, _), lane in self._open.items() if other == host)
        return [lane for lane in lanes if lane.number == MOST_LANES]

    def _end(self, host: int, lane: _Lane, tick: int) -> None:
        if lane.number == MOST_LANES and self._shared(host):
            return
        lifeline = self._frame.lifelines[host]
        number = lane.number * lifeline.outward
        self._bands.append(StateBand(lane.start, tick, lifeline.x, number, lane.state))
