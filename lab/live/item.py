"""An item of the live ladder: a packet or a note, as the page's script needs it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from lab.story.page.ladder.looks import look, note_look
from lab.story.page.packets import fitted, position
from lab.story.text import harmless
from lab.story.timeline.moment import Arrow
from lab.story.timeline.note import Note
from lab.story.timeline.transit import Transit

Sockets = Callable[[str, object], int]

WIDEST = 120
"""Cells of what stands on an arrow or beside a life line."""


@dataclass(frozen=True)
class Item:
    """What the page is told, by a number of its own; ``transit`` is its packet's, if it has one.

    ``time_ns`` is when it was (epoch nanoseconds); 0 where it comes from elsewhere than a window.
    """

    number: int
    told: dict[str, Any] = field(hash=False)
    transit: Transit | None = None
    time_ns: int = 0
    seen_at: int = 0
    """At how many taps its packet has been seen."""

    @property
    def waits(self) -> bool:
        """Whether it tells of a socket that waits for others to this day."""
        return "state" in self.told and "until" not in self.told

    @property
    def closed(self) -> list[int]:
        """The numbers of the sockets that it tells the end of."""
        states = [each[3:] for each in self.told.get("notes", ())]
        states.append([self.told.get("socket"), self.told.get("state")])
        return [each[0] for each in states if each[1:] == ["CLOSED"]]

    def came_after(self, before: Item) -> bool:
        """Tell whether this is known only later: a lost packet has come, a socket is gone."""
        has_come = before.told.get("lost") and not self.told.get("lost")
        return bool(has_come or self.told.get("until") != before.told.get("until"))


def of_arrow(arrow: Arrow, number: int, began_ns: int, sockets: Sockets, *, aside: bool) -> Item:
    """Return a packet as an item; one that is ``aside`` is shown only to who asks for all.

    ``sockets`` gives the number of a host's socket.
    """
    transit, packet = arrow.transit, arrow.transit.packet
    ends = [each for each in (packet.source, packet.destination) if each is not None]
    told = {
        "id": number,
        "t": ms(transit.time_ns, began_ns),
        "from": harmless(transit.sender),
        "to": harmless(transit.receiver or "all"),
        "what": fitted(arrow.label, WIDEST),
        "css": look(arrow),
        "lost": transit.lost,
        "via": [joint.host for joint in transit.joints],
        "reached": list(transit.reached),
        "aside": aside,
        "silent": arrow.silent,
        "notes": [
            [each.host, harmless(each.text), note_look(each), *_state(each, sockets)]
            for each in arrow.notes
        ],
        "talk": [packet.protocol, [each.port for each in ends], [each.ip for each in ends]],
        "at": transit.sightings[0].host if transit.sightings else "",
        "n": packet.number,
        "place": position(transit),
        "length": packet.wire_length,
    }
    return Item(number, told, transit, transit.time_ns, len(transit.sightings))


def of_note(note: Note, number: int, began_ns: int, sockets: Sockets) -> Item:
    """Return a note as an item; of a socket it says which one, its state, and until when."""
    item = noted(number, ms(note.time_ns, began_ns), note.host, note.text, note_look(note))
    if state := _state(note, sockets):
        item.told["socket"], item.told["state"] = state
    if note.until_ns is not None:
        item.told["until"] = ms(note.until_ns, began_ns)
    return replace(item, time_ns=note.time_ns)


def _state(note: Note, sockets: Sockets) -> list[Any]:
    return [sockets(note.host, note.socket), note.state] if note.state else []


def noted(number: int, time: str, host: str, text: str, kind: str) -> Item:
    """Return what stands beside a host's life line as an item."""
    told = {"id": number, "t": time, "host": host, "text": harmless(text)[:WIDEST], "css": kind}
    return Item(number, told)


def ms(time_ns: int, began_ns: int) -> str:
    """Return a time in milliseconds since the beginning."""
    return f"{(time_ns - began_ns) / 1e6:.3f}"
