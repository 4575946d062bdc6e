"""The shapes of a ladder, ready to be drawn: every shape knows between which ticks it stands.

A tick is a point of the time axis, counted from the top. Shapes stand at ticks instead of heights,
so that a browser can push everything below an opened fold down.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from lab.story.page.ladder.frame import Lifeline


@dataclass(frozen=True)
class TimeShape:
    """The time of a tick, at the left edge."""

    tick: int
    text: str


@dataclass(frozen=True)
class JointShape:
    """Where an arrow passes a router's life line, and what stands there: what the router changed.

    ``starts`` are the pixels from the joint to each of the ``chips``.
    """

    x: int
    chips: tuple[str, ...] = ()
    starts: tuple[int, ...] = ()


@dataclass(frozen=True)
class ArrowShape:
    """A packet's arrow from tick to tick and from ``x1`` to ``x2``.

    ``packet`` is its number among the timeline's packets, ``kind`` its CSS classes, ``label`` what
    stands on it. ``branches`` are the life lines of further hosts that the same packet reached, and
    ``joints`` the routers that passed it on; at those that are ``hollow`` nobody wanted it. It
    ``bends`` where words or a fold stand on its way: then it goes down beside the receiver's life
    line. A screen reader says the ``direction``, and ``words`` if not what the table says of the
    packet.
    """

    start: int
    stop: int
    x1: int
    x2: int
    label: str
    kind: str
    packet: int
    direction: str = ""
    words: str | None = None
    lost: bool = False
    branches: tuple[int, ...] = ()
    joints: tuple[JointShape, ...] = ()
    hollow: tuple[int, ...] = ()
    bends: bool = False


@dataclass(frozen=True)
class NoteShape:
    """Lines of text in a host's column; the first stands ``down`` pixels below its tick.

    ``anchor`` is the name under which a link in the page finds the note. ``source`` is the number
    of the line of the program's source that printed it, and stands at the end of the last line. A
    screen reader says ``spoken``; in a piece of a fold, ``whose`` and then the lines. It stands
    ``over`` the wire of that number, from the left, or beside all wires.
    """

    tick: int
    x: int
    lines: tuple[str, ...]
    kind: str
    ends: bool = False
    down: int = 0
    anchor: str = ""
    source: str = ""
    whose: str = ""
    spoken: str = ""
    over: int | None = None


@dataclass(frozen=True)
class StateBand:
    """A state that a socket of a host was in, between two ticks, or a wait of a program.

    ``lane`` keeps several sockets apart: 0 on the life line, else to the right or (negative) left.
    ``said`` is what a reader is told who points at it, where that is not the state. ``talk`` is the
    number of its conversation, -1 where it belongs to none or to several.
    """

    start: int
    stop: int
    x: int
    lane: int
    state: str
    said: str = ""
    talk: int = -1


@dataclass(frozen=True)
class PhaseShape:
    """A phase of a TCP connection, shaded between two ticks and two life lines.

    ``talk`` is the number of the connection. It is ``crowded`` where another one crosses the same
    wires meanwhile: then it is shown only while a reader looks at this connection alone. It
    ``meets`` the connection's next phase where that begins at its last tick.
    """

    start: int
    stop: int
    x1: int
    x2: int
    name: str
    talk: int
    crowded: bool = False
    meets: bool = False


@dataclass(frozen=True)
class FoldShape:
    """What stands for moments that were left out: a pill across the wires, or a sentence.

    A reader can open ``fold`` (a number in the drawing's ``folds``), or go to ``piece`` of the
    opened fold: these are pills. Where both are None, the lines are only read; a ``table`` begins
    at the left. ``middle`` is where it stands, ``widest`` how many cells its widest line has,
    ``said`` the whole sentence.
    """

    tick: int
    lines: tuple[str, ...]
    fold: int | None = None
    piece: int | None = None
    middle: int = 0
    widest: int = 0
    said: str = ""
    table: bool = False


@dataclass(frozen=True)
class Head:
    """A host's name and addresses above its life line; a router ``passes`` packets on."""

    x: int
    name: str
    addresses: tuple[str, ...]
    anchor: str
    passes: bool = False


Shape = TimeShape | ArrowShape | NoteShape | FoldShape


@dataclass(frozen=True)
class Drawing:
    """A whole ladder, or a piece of a fold; ``shapes`` are in order of time, as they are read out.

    ``steps`` are the pixels from each tick to the next, the first of them from ``top``. ``folds``
    are the pieces of every fold that can be opened.
    """

    width: int
    top: int
    steps: tuple[int, ...]
    bands: tuple[StateBand, ...]
    shapes: tuple[Shape, ...]
    heads: tuple[Head, ...] = ()
    lifelines: tuple[Lifeline, ...] = ()
    folds: tuple[tuple[Drawing, ...], ...] = ()
    phases: tuple[PhaseShape, ...] = ()

    @property
    def heights(self) -> list[int]:
        """Where each tick stands while all folds are shut, in pixels from the top."""
        return list(accumulate(self.steps, initial=self.top))[1:]
