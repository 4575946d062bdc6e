"""Viewers: each in its own time; one that stalls holds up nobody and grows nothing."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from lab.live.viewers import MOST_BYTES, MOST_WAITING, Viewer, Viewers


async def taken(viewer: Viewer, number: int) -> list[Any]:
    """Take this many messages of a viewer."""
    found: list[Any] = []
    async for text in viewer.messages():
        found.append(json.loads(text))
        if len(found) == number:
            break
    return found


def test_all_are_told_and_who_comes_later_is_told_what_holds() -> None:
    async def play() -> None:
        viewers, first, later = Viewers(), Viewer(True), Viewer(False)
        viewers.join(first)
        viewers.hold("hosts", {"hosts": {"client": "Up"}})
        viewers.tell({"items": [1]})
        viewers.join(later)
        viewers.tell({"items": [2]})
        holds = {"hosts": {"client": "Up"}}
        assert await taken(first, 3) == [holds, {"items": [1]}, {"items": [2]}]
        assert await taken(later, 2) == [holds, {"items": [2]}]
        viewers.leave(first)
        viewers.tell({"items": [3]})
        assert len(viewers) == 1
        assert await taken(later, 1) == [{"items": [3]}]

    asyncio.run(play())


def test_one_that_stalls_misses_what_does_not_fit_and_learns_how_much() -> None:
    async def play() -> None:
        viewers, quick, slow = Viewers(), Viewer(True), Viewer(True)
        viewers.join(quick)
        viewers.join(slow)
        for number in range(3 * MOST_WAITING):
            viewers.tell({"items": [number]}, 2)
            assert await taken(quick, 1) == [{"items": [number]}]
        missed, first, *_ = await taken(slow, 3)
        assert missed == {"missed": 2 * 2 * MOST_WAITING}
        assert first == {"items": [2 * MOST_WAITING]}

    asyncio.run(play())


def test_one_that_stalls_is_told_what_holds_however_much_it_has_missed() -> None:
    async def play() -> None:
        viewers, slow = Viewers(), Viewer(True)
        viewers.join(slow)
        viewers.hold("faults", {"faults": ["one"]})
        viewers.hold("hosts", {"hosts": {}})
        viewers.hold("faults", {"faults": []})
        for number in range(2 * MOST_WAITING):
            viewers.tell({"items": [number]}, 1)
        told = await taken(slow, 3)
        assert {"faults": []} in told
        assert {"hosts": {}} in told
        assert {"faults": ["one"]} not in told

    asyncio.run(play())


def test_what_waits_for_a_viewer_is_bounded_in_bytes_as_well() -> None:
    viewer = Viewer(True)
    for _ in range(10):
        viewer.tell("x" * (MOST_BYTES // 4), 1)
    assert viewer.missed == 6
