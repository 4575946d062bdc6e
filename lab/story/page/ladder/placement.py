"""Moments placed on a ladder from the top downwards, far enough apart for what stands there."""

from __future__ import annotations

from collections.abc import Sequence

from lab.story.page.ladder.arrows import arrow_shape
from lab.story.page.ladder.bands import Lanes
from lab.story.page.ladder.drawing import (
    Drawing,
    FoldShape,
    NoteShape,
    Shape,
    TimeShape,
)
from lab.story.page.ladder.frame import LINE
from lab.story.page.ladder.looks import (
    note_lines,
    note_look,
    spoken,
    stretch,
    whose,
)
from lab.story.page.ladder.phases import Phases
from lab.story.page.ladder.plan import Due, plan
from lab.story.page.ladder.scene import Scene, Shut
from lab.story.page.ladder.waits import Waits
from lab.story.text import cells, wrap
from lab.story.timeline.arrow_span import ends
from lab.story.timeline.fold import Fold
from lab.story.timeline.moment import Arrow, Moment
from lab.story.timeline.note import Note

PITCH = 22
"""Pixels at the least between two things that happen at one life line."""

SLANT = 15
"""Pixels that an arrow falls at the least on its way."""

_MOST_LINES = 6


class Placement:
    """A ladder, or a piece of one, in the making; ``shut`` are the folds that can be opened."""

    def __init__(self, scene: Scene, lanes: Lanes | None = None, *, opens: bool = False) -> None:
        self._scene = scene
        self._frame = scene.frame
        self._column = scene.columns
        self._opens = opens
        self._steps: list[int] = []
        # What was sent is told where it was sent, and drawn once it has arrived.
        self._shapes: list[Shape | None] = []
        self._y = 0
        self._time_ns: int | None = None
        hosts = len(scene.columns)
        self._line = [0] * hosts
        self._notes = [0] * hosts
        self._wire = [0] * hosts
        self._sent = [0] * hosts
        self._started: dict[int, tuple[int, int, int, int, int]] = {}
        self._time: tuple[int, str] = (-LINE, "")
        self._after_sentence = 0
        self.lanes = lanes or Lanes(scene.frame, scene.rows)
        self._waits = Waits(scene.waits, scene.frame)
        self._phases = Phases(scene.phases, scene.frame)
        self.shut: list[Shut] = []

    def add(self, moments: Sequence[Moment | Fold]) -> None:
        """Place everything in the order of time, each packet's arrival where it belongs."""
        for each in plan(moments, self._scene):
            if isinstance(each.what, Fold):
                self._fold(each.what)
            elif isinstance(each.what, Note):
                self._note(each.what, each.time_ns, shows_time=not each.held)
            elif each.arrives:
                self._arrive(each.what, each)
            else:
                self._send(each.what, each)

    def drawing(self, top: int) -> Drawing:
        """Return what was placed, as a drawing that begins ``top`` pixels below the top."""
        bottom = max([0, *self._notes, *(each + LINE for each in self._wire)])
        self._step(max(PITCH, bottom - self._y))
        last = len(self._steps) - 1
        bands = (*self.lanes.bands(last), *self._waits.bars(last))
        phases = self._phases.shapes()
        steps, shapes = tuple(self._steps), tuple(each for each in self._shapes if each)
        return Drawing(self._frame.width, top, steps, bands, shapes, phases=phases)

    def say(
        self, text: str, *, fold: int | None = None, piece: int | None = None, said: str = ""
    ) -> FoldShape:
        """Place a sentence over the whole width, below everything else; ``said`` is all of it."""
        middle, room = self._frame.sight
        lines = wrap(text, room, _MOST_LINES)
        widest = max(map(cells, lines))
        shape = FoldShape(self._below(), tuple(lines), fold, piece, middle, widest, said)
        return self._put(shape)

    def tabulate(self, rows: Sequence[str]) -> None:
        """Place the rows of a table below everything else."""
        middle, widest = self._frame.sight[0], max(map(cells, rows))
        shape = FoldShape(self._below(), tuple(rows), middle=middle, widest=widest, table=True)
        self._put(shape)

    def _below(self) -> int:
        wires = (each + LINE for each in self._wire)
        return self._step(max(self._y, *self._line, *self._notes, *wires) + 6 - self._y)

    def _put(self, shape: FoldShape) -> FoldShape:
        lines = shape.lines
        self._shapes.append(shape)
        below = self._y + 8 + LINE * len(lines)
        for free in (self._line, self._notes, self._wire):
            free[:] = [max(below, each) for each in free]
        self._after_sentence = 8 + LINE * len(lines) + PITCH
        self._time_ns = None
        return shape

    def _fold(self, fold: Fold) -> None:
        opens = self._opens and fold.moments
        if opens:
            pill = f"▸ {fold.brief}   show"
            shape = self.say(pill, fold=len(self.shut), said=f"{fold.brief}: {fold.text}")
        else:
            shape = self.say(f"… {fold.text} …")
        if fold.moments:
            self._waits.fold(fold.moments[0].time_ns, shape.tick)
        if opens:
            self.shut.append(Shut(fold, shape, self.lanes.as_they_are()))
        for moment in fold.moments:
            self._phases.reach(moment, shape.tick)
            for note in moment.notes:
                if note.host in self._column:
                    self.lanes.add(note, self._column[note.host], shape.tick)

    def _send(self, arrow: Arrow, due: Due) -> None:
        start, stop = ends(arrow, self._column)
        over = range(min(start, stop), max(start, stop))
        least = max([self._line[start], *(self._wire[wire] + PITCH for wire in over)])
        tick = self._at(due.time_ns, least, packet=True)
        self._phases.reach(arrow, tick)
        self._started[id(arrow)] = (len(self._shapes), tick, self._y, start, stop)
        self._shapes.append(None)
        self._line[start] = self._y + PITCH
        for wire in over:
            self._sent[wire] = self._y
        self._notes_of(arrow, arrow.transit.sender, due, tick)

    def _arrive(self, arrow: Arrow, due: Due) -> None:
        transit = arrow.transit
        slot, begun, y, start, stop = self._started[id(arrow)]
        tick = self._at(due.time_ns, max(y + SLANT, self._line[stop]), shows_time=False)
        self._phases.reach(arrow, tick)
        if not transit.lost:
            self._line[stop] = self._y + PITCH
        over = range(min(start, stop), max(start, stop))
        for wire in over:
            self._wire[wire] = max(self._wire[wire], self._y + 4)
        meanwhile = self._shapes[slot + 1 :] if self._y - y > SLANT else []
        bends = any(isinstance(each, FoldShape) for each in meanwhile) or any(
            each.over in over for each in meanwhile if isinstance(each, NoteShape)
        )
        ticks, ends_at = (begun, tick), (start, stop)
        self._shapes[slot] = arrow_shape(arrow, ticks, ends_at, self._scene, bends=bends)
        if not transit.lost:
            self._notes_of(arrow, transit.receiver, due, tick)

    def _notes_of(self, arrow: Arrow, host: str, due: Due, tick: int) -> None:
        for each in arrow.notes:
            if each.host == host:
                self._note(each, due.time_ns, tick)

    def _note(
        self, note: Note, time_ns: int, tick: int | None = None, *, shows_time: bool = True
    ) -> None:
        if note.host not in self._column:
            return
        index = self._column[note.host]
        place = self._frame.lifelines[index]
        lines, source = note_lines(note, place.room, _MOST_LINES)
        down = 0
        if tick is None:
            free = self._notes[index]
            if place.wire is not None:
                free = max(self._wire[place.wire], self._sent[place.wire]) + LINE
            tick = self._at(time_ns, free, shows_time=shows_time)
        elif place.wire is not None:
            down = max(LINE + 4, self._wire[place.wire] + LINE - self._y)
        else:
            down = max(self._notes[index] - self._y, 0)
        bottom = self._y + down + len(lines) * LINE + 2
        if place.wire is None:
            self._notes[index] = bottom
        else:
            self._wire[place.wire] = bottom - LINE
        name = self._scene.anchors.get(id(note.transcript if note.kind == "end" else note.line), "")
        said = whose(note), spoken(note, self._scene.timeline.ms(note.time_ns))
        shape = NoteShape(
            tick,
            place.words,
            lines,
            note_look(note),
            place.ends,
            down,
            name,
            source,
            *said,
            place.wire,
        )
        self._shapes.append(shape)
        self.lanes.add(note, index, tick)

    def _at(
        self, time_ns: int, least: int, *, shows_time: bool = True, packet: bool = False
    ) -> int:
        """Return the tick for a time, at the height ``least`` or below."""
        step = 0 if self._time_ns is None else stretch(time_ns - self._time_ns)
        step = max(step, self._after_sentence, least - self._y, 0)
        self._after_sentence = 0
        tick = self._step(step) if step or not self._steps else len(self._steps) - 1
        self._time_ns = time_ns
        self.lanes.reach(time_ns, tick)
        self._waits.reach(time_ns, tick)
        if shows_time:
            self._show_time(time_ns, tick, packet=packet)
        return tick

    def _step(self, step: int) -> int:
        self._y += step
        self._steps.append(step)
        return len(self._steps) - 1

    def _show_time(self, time_ns: int, tick: int, *, packet: bool) -> None:
        y, before = self._time
        text = self._scene.timeline.ms(time_ns)
        if (packet or text != before) and self._y - y >= LINE - 2:
            self._shapes.append(TimeShape(tick, text))
            self._time = (self._y, text)
