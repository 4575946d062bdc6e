"""Clocks of captures that disagree, found by packets that arrive before they were sent."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from played import hello

from lab.observation.foreign import foreign
from lab.observation.observation import Observation
from lab.observation.run import Run
from lab.story.pcapng import pcapng
from lab.story.terminal.render import render_text
from lab.story.timeline.timeline import Timeline
from lab.wire.capture_file import CaptureFile, read_file
from lab.wire.pcap import Capture, encode

PLAYED = hello().observation()
NAMED = {str(host.addresses[PLAYED.family]): host.name for host in PLAYED.hosts}


def files(**ahead_ns: int) -> dict[str, CaptureFile]:
    """Return a run's captures as a file each, by hosts whose clocks are so far ahead."""
    found = {}
    for host in PLAYED.hosts:
        if host.capture is not None and host.capture.packets:
            packets = (each.moved(ahead_ns.get(host.name, 0)) for each in host.capture.packets)
            found[f"{host.name}.pcap"] = CaptureFile((Capture(tuple(packets)),))
    return found


def told(observation: Observation) -> list[tuple[str, str, bool, str]]:
    return [
        (each.sender, each.receiver, each.lost, label.fit(60))
        for each, label in Timeline.of(Run.of(observation)).transits
    ]


def test_clocks_that_agree_are_left_alone() -> None:
    assert foreign(files(), NAMED).remarks == ()


@given(ahead=st.integers(10**9, 10**13), sign=st.sampled_from([1, -1]))
def test_a_clock_that_is_far_off_is_set_right_and_the_story_is_the_same(
    ahead: int, sign: int
) -> None:
    found = foreign(files(server=sign * ahead), NAMED)
    assert told(found) == told(foreign(files(), NAMED))
    (said,) = found.remarks
    way = "ahead of" if sign > 0 else "behind"
    assert said.startswith("by the clock of server (server.pcap), packets arrive before they were")
    assert f" ms {way} that of client (client.pcap), and its times are corrected by that" in said
    by = float(said.partition("about ")[2].partition(" ms")[0])
    assert by == pytest.approx(ahead / 1e6, abs=1000)


def test_no_packet_arrives_before_it_was_sent() -> None:
    found = foreign(files(server=-5_000_000_000), NAMED)
    both = [
        (transit.sent_ns, transit.arrived_ns)
        for transit, _ in Timeline.of(Run.of(found)).transits
        if transit.sent_ns is not None and transit.arrived_ns is not None
    ]
    assert len(both) > 5
    assert all(sent <= arrived for sent, arrived in both)


def test_the_story_says_so() -> None:
    said = render_text(
        Timeline.of(Run.of(foreign(files(client=3_000_000_000), NAMED))), width=400, color=False
    )
    assert "packets arrive before they were sent" in said


def test_a_file_of_which_only_the_first_packets_were_read_says_how_much_is_left(
    tmp_path: Path,
) -> None:
    capture = PLAYED.host("client").capture
    assert capture is not None
    path = tmp_path / "client.pcap"
    path.write_bytes(encode(capture.packets))
    whole, some = read_file(path), read_file(path, most=2)
    assert whole.unread == 0
    left = capture.packets[2:]
    assert some.unread == sum(16 + len(each.data) for each in left)
    bounded = read_file(path, most_bytes=1)
    assert len(bounded.captures[0].packets) == 1
    found = foreign({path.name: some}, NAMED)
    assert found.remarks == (
        "client.pcap: its first 2 packets were read, and what follows is left out, 1 kB",
    )


def test_a_pcapng_file_is_left_behind_the_last_packet_that_counts(tmp_path: Path) -> None:
    path = tmp_path / "run.pcapng"
    path.write_bytes(pcapng(Timeline.of(Run.of(PLAYED))))
    whole = read_file(path)
    some = read_file(path, most=3)
    assert whole.unread == 0
    assert sum(len(each.packets) for each in some.captures) == 3
    assert 0 < (some.unread or 0) < path.stat().st_size
    one = read_file(path, most_bytes=1)
    assert sum(len(each.packets) for each in one.captures) == 1


def test_of_a_pipe_nobody_knows_how_much_follows(tmp_path: Path) -> None:
    capture = PLAYED.host("client").capture
    assert capture is not None
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    data = encode(capture.packets)
    writer = threading.Thread(target=pipe.write_bytes, args=(data,))
    writer.start()
    found = read_file(pipe, most=1)
    writer.join(10)
    assert found.unread is None
    (remark,) = foreign({"pipe": replace(found)}, NAMED).remarks
    assert remark == "pipe: its first packet was read, and what follows is left out"
