"""The table at the beginning of an opened fold: which conversations its packets belong to."""

from __future__ import annotations

from collections.abc import Sequence

from lab.observation.talk import Talk
from lab.story.text import cut, harmless, pad
from lab.story.timeline.fold import count, size
from lab.story.timeline.moment import Arrow, Moment

MOST = 12
"""Conversations in a table; of further ones it says how many there are."""

_SIZES = 22


def connections(moments: Sequence[Moment], room: int) -> list[str]:
    """Return a row for each conversation that these moments' packets belong to.

    A row has at most ``room`` cells: the number that the arrows of the conversation have, its ends,
    how many packets and how many bytes of data. Without packets there are no rows.
    """
    found: dict[Talk, list[Arrow]] = {}
    for each in moments:
        if isinstance(each, Arrow) and each.transit.talk is not None:
            found.setdefault(each.transit.talk, []).append(each)
    rows = [_row(arrows, room) for arrows in list(found.values())[:MOST]]
    more = len(found) - MOST
    return [*rows, f"… and {count(more, 'more conversation')}"] if more > 0 else rows


def _row(arrows: Sequence[Arrow], room: int) -> str:
    first = arrows[0]
    number, _, _ = first.label.words.partition(" ")
    transit = first.transit
    ends = [
        f"{host} {at.port}" if at is not None else host
        for host, at in (
            (transit.sender, transit.packet.source),
            (transit.receiver or "all", transit.packet.destination),
        )
    ]
    if transit.event is not None and transit.event.sender == "server":
        ends.reverse()
    named = f"{number} " if number.startswith("#") else ""
    carried = sum(arrow.label.length for arrow in arrows)
    amount = f"{count(len(arrows), 'packet')}, {size(carried)}"
    who = harmless(f"{named}{' ⇄ '.join(ends)}")
    who = pad(cut(who, room - _SIZES), min(room - _SIZES, 36))
    return f"{who} {pad(amount, _SIZES - 1, right=True)}"
