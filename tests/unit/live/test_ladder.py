"""Of a burst as much is drawn as can be read; the rest is counted, marked and kept."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import packet_frames
import pytest

from lab.live import ladder
from lab.live.captures import Captures
from lab.live.frames import Frame, Told
from lab.live.ladder import Ladder
from lab.live.viewers import Viewer, Viewers
from lab.live.window import Known
from lab.wire import pcap
from lab.wire.address import Family, Link

KNOWN = Known(
    {"client": (Link("lan", "", {Family.IPV4: "10.77.0.10"}),)},
    {"10.77.0.10": "client", "10.77.0.20": "server"},
)


def frames(number: int) -> list[Frame]:
    now = time.time_ns()
    return [
        Frame("client", "lan", True, now + at, 60, packet_frames.datagram(str(at).encode()))
        for at in range(number)
    ]


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Give what a viewer is told of 1000 frames in three turns, with room for 100."""
    monkeypatch.setattr(ladder, "AT_ONCE", 100)
    monkeypatch.setattr(ladder, "EACH_SECOND", 0)

    async def play() -> list[Any]:
        viewers, viewer, captures = Viewers(), Viewer(False), Captures()
        viewers.join(viewer)
        live = Ladder(viewers, captures, lambda: KNOWN)
        live._room = 100
        told: list[Any] = []
        for start in (0, 500, 750):
            stop = {0: 500, 500: 750, 750: 1000}[start]
            live.told("client", Told(frames=frames(1000)[start:stop]))
            await live._turn()
            async for text in viewer.messages():
                told.append(json.loads(text))
                break
        kept = captures.read("client")
        assert kept is not None
        assert len(pcap.read(b"".join(kept)).packets) == 1000
        assert live.undrawn == 900
        captures.close()
        return told

    return asyncio.run(play())


def test_a_burst_is_drawn_as_far_as_there_is_room(drawn: list[Any]) -> None:
    first = drawn[0]["items"]
    assert next(each["what"] for each in first if "from" in each).startswith('"0"')
    assert sum("from" in each for each in first) == 100
    assert not any("from" in each for message in drawn[1:] for each in message["items"])


def test_what_is_not_drawn_is_counted_and_marked_once(drawn: list[Any]) -> None:
    marks = [each for message in drawn for each in message["items"] if "gap" in each]
    assert [each["gap"] for each in marks] == [400, 650, 900]
    assert len({each["id"] for each in marks}) == 1
    times = [[int(each) for each in mark["between"].split("-")] for mark in marks]
    assert len({first for first, _ in times}) == 1
    assert sorted(last for _, last in times) == [last for _, last in times]
    assert [message["undrawn"] for message in drawn] == [400, 650, 900]


def test_every_frame_lights_its_link(drawn: list[Any]) -> None:
    assert [message["links"] for message in drawn] == [
        {"client|lan": 500},
        {"client|lan": 250},
        {"client|lan": 250},
    ]


def test_frames_that_nobody_takes_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ladder, "MOST_PENDING", 300)

    async def play() -> None:
        live = Ladder(Viewers(), Captures(), lambda: KNOWN)
        live.told("client", Told(frames=frames(200), lost=3))
        live.told("client", Told(frames=frames(200)))
        assert len(live._frames) == 200
        assert live.lost == 203

    asyncio.run(play())
