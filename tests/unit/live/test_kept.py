"""What can be asked for later is bounded, and what is there is right."""

from __future__ import annotations

from base64 import b64decode

import packet_frames
import pytest

from lab.live import kept
from lab.live.frames import Frame
from lab.live.item import Item, noted
from lab.live.kept import Captures, Items
from lab.story.timeline.transit import Transit
from lab.wire import pcap
from lab.wire.packet import decode


def frame(number: int, host: str = "client", data: bytes = b"\0" * 60) -> Frame:
    return Frame(host, "lan", True, number * 1_500_000_000, len(data), data)


def test_a_capture_has_all_that_crossed() -> None:
    captures = Captures()
    captures.add("client", [frame(1), frame(2)])
    captures.add("client", [frame(3)])
    content = captures.read("client")
    assert content is not None
    found = pcap.read(content).packets
    assert [each.time_ns for each in found] == [1_500_000_000, 3_000_000_000, 4_500_000_000]
    assert captures.read("server") is None
    captures.close()


def test_of_a_long_capture_the_end_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST_OF_CAPTURE", 1_000)
    captures = Captures()
    for number in range(100):
        captures.add("client", [frame(number)])
    content = captures.read("client")
    assert content is not None
    found = pcap.read(content).packets
    assert len(content) < 3_000
    assert found[-1].time_ns == 99 * 1_500_000_000
    assert captures.forgotten == {"client": 100 - len(found)}
    captures.close()


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
