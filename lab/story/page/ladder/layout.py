"""A timeline laid out as a ladder: moments become ticks, far enough apart for what stands there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lab.observation.observation import Observation
from lab.story.page.ladder.bands import Lanes
from lab.story.page.ladder.drawing import ArrowShape, Clock, Drawing, Gap, Head, Tick, Words
from lab.story.page.ladder.frame import CELL, LINE, Frame, frame, lost_at
from lab.story.page.ladder.looks import look, said, stretch
from lab.story.page.ladder.meeting import meetings, room_beside
from lab.story.page.ladder.plan import Due, hidden_in, plan
from lab.story.page.sections import anchors
from lab.story.terminal.arrow import ends, lost_beside
from lab.story.text import cells, wrap
from lab.story.timeline.fold import Fold, fold, quiet
from lab.story.timeline.moment import MARKED, Arrow, Moment
from lab.story.timeline.note import Note
from lab.story.timeline.timeline import Timeline, title

PITCH = 22
"""Pixels at the least between two things that happen at one life line."""

SLANT = 15
"""Pixels that an arrow falls at the least on its way."""

MOST_HIDDEN = 300
"""Moments in folds that are in the picture; of longer stories they are drawn when asked for."""

TOP = 58
_BEFORE_LABEL = 46
_MOST_LINES = 6


def lay_out(timeline: Timeline, width: int, *, opens: bool = True) -> Drawing:
    """Return the ladder of a timeline; with ``opens`` what is folded is there, too, but shut."""
    observation, hosts = timeline.observation, timeline.abreast
    told = quiet(fold(timeline.moments))
    hidden = len(hidden_in(told))
    page = _Page(timeline, hosts, frame(hosts, width), opens and hidden <= MOST_HIDDEN)
    page.lazy = opens and hidden > MOST_HIDDEN
    page.names = anchors(observation)
    page.tell(told)
    heads = tuple(_head(observation, host, page.frame, index) for index, host in enumerate(hosts))
    return page.drawing(heads)


def _head(observation: Observation, host: str, page: Frame, index: int) -> Head:
    name, _, address = title(observation, host).partition(" ")
    last = len(page.places) - 1
    x = page.places[index].x
    anchor = "start" if index == 0 else "end" if index == last else "middle"
    if len(page.places) == 2 and page.places[0].wire is None:
        anchor = "end" if index == 0 else "start"
    x += {"start": -5, "end": 5, "middle": 0}[anchor]
    return Head(x, name, address, anchor)


class _Page:
    """A ladder in the making, from the top downwards."""

    def __init__(self, timeline: Timeline, hosts: Sequence[str], page: Frame, opens: bool) -> None:
        self.frame = page
        self._telling = timeline
        self._opens = opens
        self._place = {host: index for index, host in enumerate(hosts)}
        self._met = meetings(timeline.moments, self._place)
        self._ticks: list[Tick] = []
        self._parts: list[Clock | ArrowShape | Words | Gap] = []
        self._y = 0
        self._time_ns: int | None = None
        self._line = [0] * len(hosts)
        self._words = [0] * len(hosts)
        self._wire = [0] * len(hosts)
        self._sent = [0] * len(hosts)
        self._started: dict[int, tuple[int, int, int]] = {}
        self._clock: tuple[int, str] = (-LINE, "")
        self._lanes = Lanes(page)
        self.names: Mapping[int, str] = {}
        self._after_fold = 0
        self.lazy = False

    def tell(self, told: Sequence[Moment | Fold]) -> None:
        """Place everything in the order of time, each packet's arrival where it belongs."""
        for each in plan(told, opens=self._opens):
            self._put(each)
        bottom = max([0, *self._words, *(each + LINE for each in self._wire)])
        self._step(max(PITCH, bottom - self._y), None)

    def drawing(self, heads: tuple[Head, ...]) -> Drawing:
        """Return the finished ladder."""
        last = len(self._ticks) - 1
        return Drawing(
            self.frame.width,
            TOP,
            tuple(self._ticks),
            heads,
            self._lanes.bands(last),
            tuple(self._parts),
            self.frame.places,
        )

    def _put(self, due: Due) -> None:
        if isinstance(due.what, Fold):
            self._put_fold(due.what, due.fold or 0)
        elif isinstance(due.what, Note):
            if due.what.host in self._place:
                self._put_words(due.what, due)
        elif due.arrives:
            self._arrive(due.what, due)
        else:
            self._send(due.what, due)

    def _put_fold(self, left_out: Fold, number: int) -> None:
        opens = bool(left_out.moments) and self._opens
        tick = self._step(max(self._y, *self._line, *self._words, *self._wire) + 6 - self._y, None)
        room = int((self.frame.width - self.frame.time) / CELL) - 4
        lines = tuple(wrap(f"… {left_out.text} …", room, _MOST_LINES))
        lazy = bool(left_out.moments) and self.lazy
        self._parts.append(Gap(tick, number, lines, opens, lazy))
        self._clear(self._y + 8 + LINE * len(lines))
        self._after_fold = 8 + LINE * len(lines) + PITCH
        self._time_ns = None

    def _clear(self, y: int) -> None:
        for free in (self._line, self._words, self._wire):
            free[:] = [max(y, each) for each in free]

    def _send(self, arrow: Arrow, due: Due) -> None:
        start, stop = ends(arrow, self._place)
        over = range(min(start, stop), max(start, stop))
        least = max([self._line[start], *(self._wire[wire] + PITCH for wire in over)])
        tick = self._at(due, least)
        self._started[id(arrow)] = (tick, self._y, stop)
        self._line[start] = self._y + PITCH
        for wire in over:
            self._sent[wire] = self._y
        self._put_notes(arrow, arrow.transit.sender, tick, due)

    def _arrive(self, arrow: Arrow, due: Due) -> None:
        begun, y, stop = self._started[id(arrow)]
        start = ends(arrow, self._place)[0]
        x1, x2 = self.frame.places[start].x, self.frame.places[stop].x
        tick = self._at(due, max(y + SLANT, self._line[stop]), clock=False)
        if arrow.transit.lost:
            x2 = lost_at(self.frame, (start, stop), lost_beside(arrow, self._place))
        else:
            self._line[stop] = self._y + PITCH
        for wire in range(min(start, stop), max(start, stop)):
            self._wire[wire] = max(self._wire[wire], self._y + 4)
        room = int((abs(x2 - x1) - _BEFORE_LABEL) / CELL)
        self._parts.append(
            ArrowShape(
                begun,
                tick,
                x1,
                x2,
                arrow.label.fit(max(room_beside(room, arrow, self._met), 3)),
                said(arrow, self._telling.zero_ns),
                look(arrow),
                arrow.transit.number,
                due.fold,
                arrow.transit.lost,
                self._also(arrow, stop),
            )
        )
        if not arrow.transit.lost:
            self._put_notes(arrow, arrow.transit.receiver, tick, due)

    def _also(self, arrow: Arrow, stop: int) -> tuple[int, ...]:
        """Return where the life lines stand of those who got a packet besides the farthest."""
        places = (self._place[host] for host in arrow.transit.reached if host in self._place)
        return tuple(self.frame.places[place].x for place in places if place != stop)

    def _put_notes(self, arrow: Arrow, host: str, tick: int, due: Due) -> None:
        for each in arrow.notes:
            if each.host == host and host in self._place:
                self._put_words(each, due, tick)

    def _put_words(self, note: Note, due: Due, tick: int | None = None) -> None:
        index = self._place[note.host]
        place = self.frame.places[index]
        lines = tuple(wrap(note.text, place.room, _MOST_LINES, note.follow))
        source = f":{note.line.source}" if note.line and note.line.source else ""
        if source and cells(lines[-1]) + len(source) >= place.room:
            lines = (*lines, note.follow.strip())
        down = 0
        if tick is None:
            free = self._words[index]
            if place.wire is not None:
                free = max(self._wire[place.wire], self._sent[place.wire]) + LINE
            tick = self._at(due, free, clock=True)
        elif place.wire is not None:
            down = max(LINE + 4, self._wire[place.wire] + LINE - self._y)
        elif self._words[index] > self._y:
            down = self._words[index] - self._y
        bottom = self._y + down + len(lines) * LINE + 2
        if place.wire is None:
            self._words[index] = bottom
        else:
            self._wire[place.wire] = bottom - LINE
        kind = note.kind + (" inferred" if note.text.startswith("(") else "")
        kind += " failed" if "red" in note.style else ""
        kind += " pointed" if note.weight >= MARKED else ""
        name = self.names.get(id(note.transcript if note.kind == "end" else note.line), "")
        self._parts.append(
            Words(tick, place.words, lines, kind, due.fold, place.ends, down, name, source)
        )
        self._lanes.add(note, index, tick)

    def _at(self, due: Due, least: int, *, clock: bool = True) -> int:
        step = 0
        if self._time_ns is not None:
            step = stretch(due.time_ns - self._time_ns)
        if self._after_fold and due.fold is None:
            step = max(step, self._after_fold)
            self._after_fold = 0
        step = max(step, least - self._y, 0)
        tick = self._step(step, due.fold) if step or not self._ticks else self._same(due)
        self._time_ns = due.time_ns
        self._lanes.reach(due.time_ns, tick)
        if clock:
            self._tell_time(due, tick)
        return tick

    def _same(self, due: Due) -> int:
        """Return the last tick, or another at the same height where that one can be hidden."""
        if self._ticks[-1].fold == due.fold:
            return len(self._ticks) - 1
        return self._step(0, due.fold)

    def _step(self, step: int, number: int | None) -> int:
        self._y += step
        self._ticks.append(Tick(step, number))
        return len(self._ticks) - 1

    def _tell_time(self, due: Due, tick: int) -> None:
        y, before = self._clock
        text = f"{(due.time_ns - self._telling.zero_ns) / 1e6:.{self._telling.decimals}f}"
        if text != before and self._y - y >= LINE - 2 and due.fold is None:
            self._parts.append(Clock(tick, text))
            self._clock = (self._y, text)
