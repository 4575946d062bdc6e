"""What crossed between two times, at all hosts, is one capture that others can read."""

from __future__ import annotations

import gc
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.live import captures as module
from lab.live.between import between
from lab.live.captures import Captures
from lab.live.frames import Frame
from lab.wire.pcapng.read import Reading

NAMES = {"10.77.0.10": "client"}


def frame(host: str, time_ns: int) -> Frame:
    return Frame(host, "lan", True, time_ns, 90, time_ns.to_bytes(60, "big"))


@pytest.fixture
def captures(monkeypatch: pytest.MonkeyPatch) -> Iterator[Captures]:
    """Give captures of two hosts, of which every third packet is the other's, in small files."""
    monkeypatch.setattr(module, "PIECE", 1_000)
    monkeypatch.setattr(module, "AT_ONCE", 100)
    kept = Captures()
    for number in range(1, 101):
        kept.add("server" if number % 3 == 0 else "client", [frame("", number)])
    yield kept
    kept.close()


def open_files() -> int:
    gc.collect()
    return len(list(Path("/proc/self/fd").iterdir()))


def test_it_has_the_packets_of_that_time_and_no_others(captures: Captures) -> None:
    found = Reading(io.BytesIO(b"".join(between(captures, NAMES, 40, 60))))
    assert found.problem is None
    assert found.names == NAMES
    taps = {each.name: [packet.time_ns for packet in each.packets] for each in found.seen}
    assert taps["server"] == [42, 45, 48, 51, 54, 57, 60]
    assert sorted(taps["client"] + taps["server"]) == list(range(40, 61))
    first = found.seen[0].packets[0]
    assert (first.wire_length, first.data) == (90, first.time_ns.to_bytes(60, "big"))


def test_what_is_kept_no_longer_is_told_in_its_comment(captures: Captures) -> None:
    captures.forgotten["client"] = 1_200
    told = b"".join(between(captures, NAMES, 1, 2))
    assert b"1,200 older packets of client are kept no longer" in told


@pytest.mark.parametrize("parts", [0, 1])
def test_who_leaves_before_the_end_leaves_no_file_open(captures: Captures, parts: int) -> None:
    before = open_files()
    reading = between(captures, NAMES, 1, 100)
    for _ in range(parts):
        next(reading)
    del reading
    assert open_files() == before
