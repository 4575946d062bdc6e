"""The phases of TCP connections: handshake, data, goodbye, from which tick to which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lab.observation.talk import Talk
from lab.story.page.ladder.drawing import PhaseShape
from lab.story.page.ladder.frame import Frame
from lab.story.timeline.arrow_span import ends
from lab.story.timeline.moment import Arrow
from lab.story.timeline.talks import by_talk
from lab.story.timeline.timeline import Timeline

NAMES = HANDSHAKE, DATA, GOODBYE = "handshake", "data", "goodbye"

MOST = 60
"""Connections of a ladder whose phases are told; of more nobody could tell them apart."""


@dataclass(frozen=True)
class Phase:
    """One phase of the connection with the number ``talk``, over the wires between two columns.

    It is ``crowded`` where another connection crosses the same wires meanwhile.
    """

    name: str
    talk: int
    low: int
    high: int
    crowded: bool


def phases(
    timeline: Timeline, columns: Mapping[str, int], rows: Mapping[Talk, int]
) -> dict[int, Phase]:
    """Return the phase of each arrow of a TCP connection, by its ``id``.

    ``rows`` are the numbers of the conversations.
    """
    found = by_talk(timeline.arrows)
    own = [(talk, arrows) for talk, arrows in found.items() if talk.protocol == "tcp"]
    if not columns or len(own) > MOST:
        return {}
    spans = [_span(arrows, columns) for _, arrows in own]
    crowded = [any(_meet(span, other) for other in spans if other is not span) for span in spans]
    return {
        id(arrow): Phase(name, rows.get(talk, 0), span[2], span[3], is_crowded)
        for (talk, arrows), span, is_crowded in zip(own, spans, crowded, strict=True)
        for arrow, name in zip(arrows, named(arrows), strict=True)
    }


def named(arrows: Sequence[Arrow]) -> Iterator[str]:
    """Yield the phase of each of a connection's arrows.

    The handshake ends with the client's first ACK (RFC 9293, 3.5). The goodbye begins with the
    first FIN or RST behind which no data follows (3.6).
    """
    carries = [number for number, arrow in enumerate(arrows) if arrow.label.length]
    last = carries[-1] if carries else -1
    phase = HANDSHAKE if any(_event_is(arrow, "syn") for arrow in arrows) else DATA
    for number, arrow in enumerate(arrows):
        ends_it = _event_is(arrow, "fin") or _event_is(arrow, "rst")
        if phase == HANDSHAKE and not arrow.label.length and not _event_is(arrow, "fin"):
            yield HANDSHAKE
            phase = HANDSHAKE if _event_is(arrow, "syn") else DATA
            continue
        goes = ends_it and number >= last
        phase = GOODBYE if goes or phase == GOODBYE else DATA
        yield phase


def _event_is(arrow: Arrow, what: str) -> bool:
    event = arrow.transit.event
    return event is not None and bool(getattr(event, what))


_Span = tuple[int, int, int, int]
"""When a connection begins and ends, and the columns between which it is."""


def _span(arrows: Sequence[Arrow], columns: Mapping[str, int]) -> _Span:
    reached = [column for arrow in arrows for column in ends(arrow, columns)]
    last = max(arrow.transit.arrived_ns or arrow.time_ns for arrow in arrows)
    return arrows[0].time_ns, last, min(reached), max(reached)


def _meet(one: _Span, other: _Span) -> bool:
    at_once = one[0] <= other[1] and other[0] <= one[1]
    return at_once and one[2] < other[3] and other[2] < one[3]


class Phases:
    """The phases of a ladder in the making; ticks are reached from the top downwards."""

    def __init__(self, known: Mapping[int, Phase], frame: Frame) -> None:
        self._known = known
        self._frame = frame
        self._ticks: dict[Phase, tuple[int, int]] = {}

    def reach(self, arrow: object, tick: int) -> None:
        """Note that an arrow begins or ends at this tick, or is in a fold there."""
        phase = self._known.get(id(arrow))
        if phase is not None:
            first, _ = self._ticks.get(phase, (tick, tick))
            self._ticks[phase] = first, tick

    def shapes(self) -> tuple[PhaseShape, ...]:
        """Return each phase; one goes down to the next of its connection at the most."""
        begun: dict[int, list[int]] = {}
        for phase, (first, _) in self._ticks.items():
            begun.setdefault(phase.talk, []).append(first)
        found = []
        for phase, (first, last) in self._ticks.items():
            following = min((tick for tick in begun[phase.talk] if tick > first), default=last + 1)
            meets = following <= last
            left, right = (self._frame.lifelines[each].x for each in (phase.low, phase.high))
            stop = min(last, following)
            shape = PhaseShape(
                first, stop, left, right, phase.name, phase.talk, phase.crowded, meets
            )
            found.append(shape)
        return tuple(found)
