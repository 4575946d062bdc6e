"""What can be asked for later is bounded, and what is there is right."""

from __future__ import annotations

from base64 import b64decode

import packet_frames
import pytest

from lab.live import kept
from lab.live.item import Item, noted
from lab.live.kept import Items
from lab.story.timeline.transit import Transit
from lab.wire.packet import decode


def test_a_packet_is_taken_apart_for_the_panel() -> None:
    packet = decode(packet_frames.hello())
    items = Items()
    items.keep(Item(7, {"id": 7}, Transit(packet, "client", "")))
    told = items.taken_apart(7)
    assert told is not None
    assert b64decode(told["bytes"]) == packet.data
    assert [told["shapes"][header[0]][0] for header in told["headers"]] == [
        each.name for each in packet.headers
    ]
    assert items.taken_apart(8) is None
    items.keep(noted(8, "1", "client", "LISTEN", "state"))
    assert items.taken_apart(8) is None


def test_the_last_items_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST_ITEMS", 3)
    items = Items()
    for number in range(10):
        items.keep(Item(number, {"id": number}))
    items.keep(Item(8, {"id": 8, "what": "anew"}))
    assert items.last(5) == [{"id": 7}, {"id": 8, "what": "anew"}, {"id": 9}]
    items.clear()
    assert items.last(5) == []
