"""The live ladder tells of packets what a run's story tells, however they come in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import packet_frames
import pytest
from hearing import heard
from played import hello, timeline_of, transfer
from routed import translated

from lab.live import seen, window
from lab.live.frames import Frame
from lab.live.heard import LOST_AFTER_NS, Heard
from lab.live.window import Known, Window
from lab.observation.observation import Observation
from lab.observation.sighting import sightings
from lab.wire.address import Family, Link
from lab.wire.packet import Packet, decode


def frames_of(observation: Observation) -> list[Frame]:
    """Return what the taps of a run saw, in order of time."""
    return [
        Frame(
            each.host,
            each.network or "lan",
            each.leaving,
            each.packet.time_ns,
            each.packet.wire_length,
            each.packet.data,
        )
        for each in sightings(observation)
    ]


def known_of(observation: Observation) -> Known:
    links = {
        host.name: host.links or (Link("lan", "", host.addresses),) for host in observation.hosts
    }
    return Known(links, observation.names)


def heard_of(observation: Observation, upto_ns: int, began_ns: int = 0) -> Heard:
    """Return what is heard where all streams have told of as much."""
    return heard({host.name: upto_ns for host in observation.hosts}, began_ns)


def told(observation: Observation, size: int) -> Iterator[dict[str, Any]]:
    """Yield what is told last of each packet, if frames come in pieces of this size."""
    frames, known = frames_of(observation), known_of(observation)
    live = Window(0)
    last: dict[int, dict[str, Any]] = {}
    for start in range(0, len(frames), size):
        piece = frames[start : start + size]
        live.add(piece, {})
        for item in live.items(known, heard_of(observation, piece[-1].time_ns)):
            last[item.number] = item.told
    for item in live.items(known, heard_of(observation, frames[-1].time_ns + LOST_AFTER_NS + 1)):
        last[item.number] = item.told
    yield from sorted(last.values(), key=lambda each: float(each["t"]))


OBSERVATIONS = {
    "hello": lambda: hello().observation(),
    "hello over IPv6": lambda: hello(Family.IPV6).observation(),
    "transfer": lambda: transfer(12).observation(),
    "translated": translated,
}


@pytest.mark.parametrize("size", [1, 3, 1000])
@pytest.mark.parametrize("name", OBSERVATIONS)
def test_packets_are_told_as_in_the_story_of_a_run(name: str, size: int) -> None:
    observation = OBSERVATIONS[name]()
    expected = [
        (transit.sender, transit.receiver or "all", label.fit(120), transit.lost)
        for transit, label in timeline_of(observation).transits
    ]
    found = [
        (each["from"], each["to"], each["what"], each["lost"])
        for each in told(observation, size)
        if "from" in each
    ]
    assert found == expected
    assert len(found) > 2


def test_a_packet_is_lost_only_once_it_has_had_its_time() -> None:
    observation = transfer(2).observation()
    frames = frames_of(observation)
    first = frames[0]
    live = Window(0)
    live.add([first], {})
    (item,) = live.items(known_of(observation), heard_of(observation, first.time_ns + 1))
    assert not item.told["lost"]
    assert live.items(known_of(observation), heard_of(observation, first.time_ns + 2)) == []
    (again,) = live.items(
        known_of(observation), heard_of(observation, first.time_ns + LOST_AFTER_NS + 1)
    )
    assert again.told["lost"]
    assert again.number == item.number


def test_a_packet_is_not_lost_where_its_receivers_stream_began_later() -> None:
    observation = transfer(2).observation()
    first = frames_of(observation)[0]
    live = Window(0)
    live.add([first], {})
    long_after = heard_of(observation, first.time_ns + 10**10, began_ns=first.time_ns + 1)
    (item,) = live.items(known_of(observation), long_after)
    assert not item.told["lost"]


def test_a_packet_is_not_lost_while_its_receivers_stream_is_behind() -> None:
    observation = transfer(2).observation()
    sent, came = frames_of(observation)[:2]
    assert (sent.host, came.host) == ("client", "server")
    live, known = Window(0), known_of(observation)
    live.add([sent], {})
    behind = heard({"client": sent.time_ns + 10**10, "server": sent.time_ns})
    (item,) = live.items(known, behind)
    assert not item.told["lost"]
    live.add([came], {})
    later = [each.told for each in live.items(known, heard_of(observation, sent.time_ns + 10**10))]
    assert [each["id"] for each in later if each["lost"]] == []


def test_a_packet_that_was_told_as_lost_and_comes_late_is_told_as_come() -> None:
    observation = transfer(2).observation()
    sent, came = frames_of(observation)[:2]
    live, known = Window(0), known_of(observation)
    live.add([sent], {})
    (item,) = live.items(known, heard_of(observation, sent.time_ns + LOST_AFTER_NS))
    assert item.told["lost"]
    late = 5 * 10**9
    live.add([came._replace(time_ns=came.time_ns + late)], {})
    (again,) = live.items(known, heard_of(observation, sent.time_ns + late + LOST_AFTER_NS))
    assert again.number == item.number
    assert not again.told["lost"]


def test_where_a_stream_has_ended_nothing_is_called_lost() -> None:
    observation = transfer(2).observation()
    first = frames_of(observation)[0]
    live = Window(0)
    live.add([first], {})
    left = heard_of(observation, first.time_ns + 10**10)
    left.forget("server")
    (item,) = live.items(known_of(observation), left)
    assert not item.told["lost"]


def test_what_finds_hosts_and_names_stands_aside_also_where_it_is_alone() -> None:
    observation = hello().observation()
    frames = frames_of(observation)
    live = Window(0)
    live.add(frames[:2], {})
    first = [
        item.told
        for item in live.items(known_of(observation), heard_of(observation, frames[1].time_ns))
    ]
    assert [each["what"].partition(" ")[0] for each in first] == ["A?", "A"]
    assert all(each["aside"] for each in first)
    live.add(frames[2:], {})
    rest = [
        each.told
        for each in live.items(known_of(observation), heard_of(observation, frames[-1].time_ns))
    ]
    about = {each["what"] for each in rest if "from" in each and not each["aside"]}
    assert {"SYN", "SYN ACK"} <= about
    assert not any("?" in each or "ARP" in each for each in about)


def test_where_packets_were_left_out_none_is_called_lost() -> None:
    observation = transfer(2).observation()
    first = frames_of(observation)[0]
    live = Window(0)
    live.add([first], {})
    live.cut(first.time_ns + 1)
    (item,) = live.items(
        known_of(observation), heard_of(observation, first.time_ns + LOST_AFTER_NS + 1)
    )
    assert not item.told["lost"]


def test_the_window_and_what_it_remembers_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seen, "MOST", 8)
    monkeypatch.setattr(window, "MOST", 8)
    observation = transfer(60).observation()
    frames, known = frames_of(observation), known_of(observation)
    live = Window(0)
    numbers: list[int] = []
    for each in frames:
        live.add([each], {})
        numbers += [item.number for item in live.items(known, heard_of(observation, each.time_ns))]
    assert len(set(numbers)) >= len(frames) / 2
    assert len(live._seen) == 8
    assert len(live._told) <= 8 * 8


def test_a_connection_is_told_as_closed_also_long_after_its_last_packet() -> None:
    observation = transfer(2).observation()
    frames, known = frames_of(observation), known_of(observation)
    live = Window(0)
    live.add(frames, {})
    last_ns = frames[-1].time_ns
    first = live.items(known, heard_of(observation, last_ns))
    notes = [note for item in first for note in item.told.get("notes", ()) if note[0] == "client"]
    ends = next(
        (packet.source, packet.destination)
        for packet in map(decoded, frames)
        if packet.tcp and packet.source and packet.destination
    )
    local, remote = sorted(ends, key=lambda each: each.port or 0, reverse=True)
    later_ns = last_ns + 60 * 10**9
    other = Frame("dns", "lan", True, later_ns, 60, packet_frames.datagram(b"later"))
    row = [later_ns, "tcp", local.ip, local.port, remote.ip, remote.port, 0, 0, 0]
    live.add([other], {"client": [row]})
    told = [each.told for each in live.items(known, heard_of(observation, later_ns))]
    (closed,) = [each for each in told if each.get("state") == "CLOSED"]
    assert closed["host"] == "client"
    assert closed["socket"] in {note[3] for note in notes}


def decoded(frame: Frame) -> Packet:
    return decode(frame.data, time_ns=frame.time_ns, number=1, wire_length=frame.wire_length)
