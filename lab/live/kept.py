"""What the live page can be asked for later: each packet that was drawn, as long as it is kept."""

from __future__ import annotations

from base64 import b64encode
from collections import OrderedDict
from typing import Any

from lab.live.item import Item
from lab.story.page.field_words import purposes
from lab.story.page.packets import Shapes, taken_apart
from lab.story.text import harmless
from lab.wire.packet import Packet

MOST_ITEMS = 5_000
MOST_BYTES = 32 << 20
"""Bytes of the packets of the items that are kept."""


class Items:
    """The last items: what the page was told of each, and the packet of those that are packets."""

    def __init__(self) -> None:
        self._items: OrderedDict[int, Item] = OrderedDict()
        self._bytes = 0

    def keep(self, item: Item) -> None:
        """Keep an item, instead of what was kept under its number."""
        before = self._items.pop(item.number, None)
        self._bytes += _size(item) - (_size(before) if before else 0)
        self._items[item.number] = item
        while len(self._items) > MOST_ITEMS or self._bytes > MOST_BYTES:
            _, oldest = self._items.popitem(last=False)
            self._bytes -= _size(oldest)

    def last(self, most: int) -> list[dict[str, Any]]:
        """Return what was told of the last items, in order of their numbers."""
        return [self._items[each].told for each in sorted(self._items)[-most:]]

    def taken_apart(self, number: int) -> dict[str, Any] | None:
        """Return a packet's bytes, headers and problems for the panel; None where it is not kept.

        Headers are as :func:`lab.story.page.packets.anatomy` has them.
        """
        item = self._items.get(number)
        if item is None or item.transit is None:
            return None
        packet: Packet = item.transit.packet
        shapes = Shapes()
        headers = [taken_apart(header, shapes) for header in packet.headers]
        return {
            "bytes": b64encode(packet.data).decode("ascii"),
            "headers": headers,
            "shapes": shapes.known,
            "problems": [harmless(each.what) for each in packet.problems],
            "purposes": purposes(shapes.known),
        }

    def clear(self) -> None:
        """Forget all."""
        self._items.clear()
        self._bytes = 0


def _size(item: Item) -> int:
    return len(item.transit.packet.data) if item.transit else 0
