"""Of all that crossed the last minute can be fetched, and what is kept is bounded."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab.live import captures
from lab.live.captures import MINUTE_NS, Captures
from lab.live.frames import Frame
from lab.wire import pcap
from lab.wire.pcap import Capture

SECOND = 10**9


def frame(time_ns: int, host: str = "client", data: bytes = b"\0" * 60) -> Frame:
    return Frame(host, "lan", True, time_ns, len(data), data)


def read(kept: Captures, host: str = "client") -> Capture:
    parts = kept.read(host)
    assert parts is not None
    return pcap.read(b"".join(parts))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have files of few bytes."""
    monkeypatch.setattr(captures, "PIECE", 1_000)
    monkeypatch.setattr(captures, "USUAL", 3_000)


def test_a_capture_has_all_that_crossed() -> None:
    kept = Captures()
    kept.add("client", [frame(1), frame(2)])
    kept.add("client", [frame(3)])
    assert [each.time_ns for each in read(kept).packets] == [1, 2, 3]
    assert kept.read("server") is None
    kept.close()


@pytest.mark.usefixtures("small")
def test_of_a_flood_the_whole_last_minute_is_kept() -> None:
    kept = Captures()
    every_ns = SECOND // 50
    for number in range(5_000):
        kept.add("client", [frame(number * every_ns)])
    times = [each.time_ns for each in read(kept).packets]
    assert times[0] <= times[-1] - MINUTE_NS
    assert times == [each * every_ns for each in range(5_000 - len(times), 5_000)]
    assert kept.forgotten == {"client": 5_000 - len(times)}
    assert len(times) < 3_200
    kept.close()


@pytest.mark.usefixtures("small")
def test_all_captures_together_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(captures, "MOST", 10_000)
    kept = Captures()
    for number in range(300):
        kept.add("client", [frame(number)])
        kept.add("server", [frame(number, "server")])
    sizes = [len(read(kept, host).packets) * 76 for host in ("client", "server")]
    assert 8_000 < sum(sizes) <= 10_000
    assert read(kept).packets[-1].time_ns == 299
    kept.close()


@pytest.mark.usefixtures("small")
def test_a_capture_that_is_read_is_whole_though_its_beginning_is_given_up_meanwhile() -> None:
    kept = Captures()
    for number in range(100):
        kept.add("client", [frame(number)])
    parts = kept.read("client")
    assert parts is not None
    for number in range(100, 300):
        kept.add("client", [frame(number * MINUTE_NS)])
    assert [each.time_ns for each in pcap.read(b"".join(parts)).packets] == list(range(100))
    kept.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_what_a_full_disk_does_not_take_counts_as_forgotten_and_what_stood_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept = Captures()
    kept.add("client", [frame(1)])
    own = kept._pieces["client"][-1].file
    with Path("/dev/full").open("wb", buffering=0) as full, monkeypatch.context() as patched:
        patched.setattr(kept._pieces["client"][-1], "file", full)
        kept.add("client", [frame(2), frame(3)])
    assert kept.forgotten == {"client": 2}
    kept._pieces["client"][-1].file = own
    kept.add("client", [frame(4)])
    assert [each.time_ns for each in read(kept).packets] == [1, 4]
    kept.close()
