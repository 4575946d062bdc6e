"""What a ladder is made of, ready to be drawn: every part knows between which ticks it stands.

A tick is a moment's place on the time axis. Parts stand at ticks and not at heights, so that a
fold can be opened without knowing anything of how a ladder is laid out: the ticks inside it get
their heights back, and everything moves.
"""

from __future__ import annotations

from dataclasses import dataclass

from lab.story.page.ladder.frame import Lifeline


@dataclass(frozen=True)
class Tick:
    """``step`` pixels below the tick before; nothing while the fold of number ``fold`` is shut."""

    step: int
    fold: int | None = None


@dataclass(frozen=True)
class Clock:
    """The time of a tick, in words."""

    tick: int
    text: str


@dataclass(frozen=True)
class ArrowShape:
    """A packet's arrow from tick to tick and from ``x1`` to ``x2``; ``fold`` is what hides it.

    ``packet`` is its number in the story's packets; ``kind`` is how it looks and
    ``said`` what it is for those who hear it. ``also`` are the life lines of further hosts that
    the same packet reached.
    """

    start: int
    stop: int
    x1: int
    x2: int
    label: str
    said: str
    kind: str
    packet: int
    fold: int | None = None
    lost: bool = False
    also: tuple[int, ...] = ()


@dataclass(frozen=True)
class Words:
    """Lines of text in a host's column; ``down`` is how far the first stands below its tick.

    ``place`` is the name under which a link in the page finds them, ``source`` the number of the
    source's line that printed them, at the end of the last line.
    """

    tick: int
    x: int
    lines: tuple[str, ...]
    kind: str
    fold: int | None = None
    ends: bool = False
    down: int = 0
    place: str = ""
    source: str = ""


@dataclass(frozen=True)
class Band:
    """A state that a socket of a host was in, between two ticks.

    ``lane`` keeps several sockets apart: 0 on the life line, else to the right or (negative) left.
    """

    start: int
    stop: int
    x: int
    lane: int
    state: str


@dataclass(frozen=True)
class Gap:
    """What stands where moments were left out: a sentence, and whether they can be shown.

    Those of a ``lazy`` one are not in the picture, and are drawn only when they are asked for.
    """

    tick: int
    number: int
    lines: tuple[str, ...]
    opens: bool
    lazy: bool = False


@dataclass(frozen=True)
class Head:
    """A host's name and address above its life line."""

    x: int
    name: str
    address: str
    anchor: str


@dataclass(frozen=True)
class Drawing:
    """A whole ladder; ``parts`` are in order of time, as somebody reads them aloud."""

    width: int
    top: int
    ticks: tuple[Tick, ...]
    heads: tuple[Head, ...]
    bands: tuple[Band, ...]
    parts: tuple[Clock | ArrowShape | Words | Gap, ...]
    places: tuple[Lifeline, ...] = ()

    @property
    def heights(self) -> list[int]:
        """Where each tick stands while all folds are shut, in pixels from the top."""
        found = []
        height = self.top
        for tick in self.ticks:
            height += tick.step if tick.fold is None else 0
            found.append(height)
        return found
