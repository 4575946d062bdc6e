"""When the live page's server looks for cycles of objects."""

from __future__ import annotations

import asyncio
import gc

import pytest

from lab.live import cycles


def looked(is_at_rest: bool, questions: int) -> list[int]:
    """Return after how many questions it looked, of so many."""
    asked = 0
    looks: list[int] = []

    async def run() -> None:
        looking = asyncio.create_task(
            cycles.look(lambda: is_at_rest, lambda: looks.append(asked), apart=0)
        )
        nonlocal asked
        while asked < questions:
            asked += 1
            await asyncio.sleep(0)
        looking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await looking

    asyncio.run(run())
    return looks


def test_it_looks_at_rest_and_seldom_where_packets_come() -> None:
    many = cycles.MOST_PUT_OFF * 4
    at_rest, busy = looked(True, many), looked(False, many)
    assert len(at_rest) > len(busy) > 0
    assert busy[0] >= cycles.MOST_PUT_OFF
    assert cycles.ENOUGH <= at_rest[0] < cycles.MOST_PUT_OFF


def test_nothing_is_looked_for_within_and_all_is_as_before_behind() -> None:
    with cycles.by_hand():
        assert not gc.isenabled()
        assert gc.get_freeze_count()
    assert gc.isenabled()
    assert not gc.get_freeze_count()
