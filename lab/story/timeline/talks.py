"""The arrows of each conversation, and who had it with whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lab.observation.talk import Talk
from lab.story.timeline.moment import Arrow, Moment
from lab.wire.address import Address


@dataclass(frozen=True)
class Told:
    """What a table says of a conversation: its number (``#3``, else nothing), who called whom.

    ``size`` counts the bytes of data that its arrows carry.
    """

    number: str
    caller: str
    at: Address | None
    called: str
    called_at: Address | None
    size: int


def by_talk(moments: Iterable[Moment]) -> dict[Talk, list[Arrow]]:
    """Return the arrows of each conversation, in the order in which they begin."""
    found: dict[Talk, list[Arrow]] = {}
    for each in moments:
        if isinstance(each, Arrow) and each.transit.talk is not None:
            found.setdefault(each.transit.talk, []).append(each)
    return found


def rows(arrows: Iterable[Arrow]) -> dict[Talk, int]:
    """Return the number of each conversation, from 0 on, in the order in which they begin.

    The halves of one that a router translated have the same number.
    """
    found: dict[Talk, int] = {}
    for number, (talk, own) in enumerate(by_talk(arrows).items()):
        found.setdefault(talk, number)
        for arrow in own:
            if arrow.transit.translated is not None:
                found.setdefault(arrow.transit.translated, number)
    return found


def told(arrows: Sequence[Arrow]) -> Told:
    """Return what a table says of a conversation, of its arrows: at least one."""
    first = arrows[0]
    transit, (number, _, _) = first.transit, first.label.words.partition(" ")
    sender = transit.sender, transit.packet.source
    receiver = transit.receiver or "all", transit.packet.destination
    if transit.event is not None and transit.event.sender == "server":
        sender, receiver = receiver, sender
    carried = sum(arrow.label.length for arrow in arrows)
    return Told(number if number.startswith("#") else "", *sender, *receiver, carried)
