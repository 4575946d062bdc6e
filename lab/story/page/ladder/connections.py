"""The table at the beginning of an opened fold: which conversations its packets belong to."""

from __future__ import annotations

from collections.abc import Sequence

from lab.story.text import cut, harmless, pad
from lab.story.timeline.fold import count, size
from lab.story.timeline.moment import Arrow, Moment
from lab.story.timeline.talks import by_talk, told

MOST = 12
"""Conversations in a table; of further ones it says how many there are."""

_SIZES = 22


def connections(moments: Sequence[Moment], room: int) -> list[str]:
    """Return a row for each conversation that these moments' packets belong to.

    A row has at most ``room`` cells: the number that the arrows of the conversation have, its ends,
    how many packets and how many bytes of data. Without packets there are no rows.
    """
    found = by_talk(moments)
    rows = [_row(arrows, room) for arrows in list(found.values())[:MOST]]
    more = len(found) - MOST
    return [*rows, f"… and {count(more, 'more conversation')}"] if more > 0 else rows


def _row(arrows: Sequence[Arrow], room: int) -> str:
    of = told(arrows)
    ends = (
        f"{of.caller} {of.at.port}" if of.at else of.caller,
        f"{of.called} {of.called_at.port}" if of.called_at else of.called,
    )
    amount = f"{count(len(arrows), 'packet')}, {size(of.size)}"
    who = harmless(f"{of.number} {' ⇄ '.join(ends)}".strip())
    who = pad(cut(who, room - _SIZES), min(room - _SIZES, 36))
    return f"{who} {pad(amount, _SIZES - 1, right=True)}"
