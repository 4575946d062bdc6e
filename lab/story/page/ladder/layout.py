"""A timeline laid out as a ladder, and what its folds hide as pieces that are shown when asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from lab.observation.talk import Talk
from lab.story.page.ladder.bands import Lanes
from lab.story.page.ladder.connections import connections
from lab.story.page.ladder.drawing import Drawing, Head
from lab.story.page.ladder.frame import LINE, Frame, frame
from lab.story.page.ladder.meeting import meetings
from lab.story.page.ladder.phases import phases
from lab.story.page.ladder.placement import Placement
from lab.story.page.ladder.scene import Scene, Shut
from lab.story.page.ladder.waits import Wait, waits_of
from lab.story.page.sections import anchors
from lab.story.timeline.fold import fold, quiet
from lab.story.timeline.moment import Moment
from lab.story.timeline.talks import rows
from lab.story.timeline.timeline import Timeline

PIECE = 200
"""Moments of an opened fold that are shown at a time."""

MOST_OPENED = 20_000
"""Moments in folds that are laid out, all together; the lists of the page have the others."""

TOP = 58


def lay_out(
    timeline: Timeline,
    width: int,
    *,
    opens: bool = True,
    talks: Mapping[Talk, int] | None = None,
) -> Drawing:
    """Return the ladder of a timeline; with ``opens`` also the pieces of its folds.

    ``talks`` are the numbers of the conversations, where they are not to be this timeline's own.
    """
    numbers = rows(timeline.arrows) if talks is None else talks
    observation, hosts = timeline.observation, timeline.abreast
    columns = {host: index for index, host in enumerate(hosts)}
    scene = Scene(
        timeline,
        frame(hosts, width),
        columns,
        meetings(timeline.moments, columns),
        anchors(observation),
        waits_of(timeline, columns, numbers),
        phases(timeline, columns, numbers),
        numbers,
    )
    heads = tuple(_head(timeline, scene.frame, index) for index in range(len(hosts)))
    whole = Placement(scene, opens=opens)
    whole.add(quiet(fold(timeline.moments)))
    room = MOST_OPENED
    folds = []
    for shut in whole.shut:
        folds.append(tuple(_pieces(shut, scene, room)))
        room = max(room - len(shut.fold.moments), 0)
    return replace(
        whole.drawing(TOP + LINE * (max((len(head.addresses) for head in heads), default=1) - 1)),
        heads=heads,
        lifelines=scene.frame.lifelines,
        folds=tuple(folds),
    )


def _pieces(shut: Shut, scene: Scene, room: int) -> Iterator[Drawing]:
    """Yield a fold's moments a piece at a time, ``room`` of them at the most.

    Each piece begins below the fold's sentence and says how much there is before and behind it.
    """
    lanes: Lanes = shut.lanes
    moments = shut.fold.moments
    for number, start in enumerate(range(0, max(min(len(moments), room), 1), PIECE)):
        within = _within(scene.waits, moments[start : start + PIECE])
        piece = Placement(replace(scene, waits=within, phases={}), lanes)
        if start:
            piece.say(f"▴ {start:,} before these", piece=number - 1)
        elif rows := connections(moments, scene.frame.sight[1]):
            piece.tabulate(rows)
        stop = min(start + PIECE, len(moments), room)
        piece.add(moments[start:stop])
        left = len(moments) - stop
        if left and stop == room:
            piece.say(f"… {left:,} more, too many to draw: see the lists below …")
        elif left:
            piece.say(f"▾ {left:,} more", piece=number + 1)
        yield piece.drawing(LINE * len(shut.shape.lines) + 12)
        lanes = piece.lanes.onwards()


def _within(waits: Sequence[Wait], moments: Sequence[Moment]) -> list[Wait]:
    """Return the waits that went on while these moments were."""
    if not moments:
        return []
    first, last = moments[0].time_ns, moments[-1].time_ns
    return [wait for wait in waits if wait[0] < last and wait[1] > first]


def _head(timeline: Timeline, frame: Frame, index: int) -> Head:
    host = timeline.abreast[index]
    name, _, address = timeline.title(host).partition(" ")
    last = len(frame.lifelines) - 1
    anchor = "start" if index == 0 else "end" if index == last else "middle"
    if last == 1 and frame.lifelines[0].wire is None:
        anchor = "end" if index == 0 else "start"
    x = frame.lifelines[index].x + {"start": -5, "end": 5, "middle": 0}[anchor]
    return Head(x, name, tuple(address.split(" | ")), anchor, host in timeline.passing)
