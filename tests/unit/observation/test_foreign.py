"""Captures that others made: who took part, whose capture it is, and what the story is then."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import frames
import pytest
from places import CAPTURES
from played import hello
from routed import probed, translated

from lab.observation.foreign import MOST_HOSTS, foreign
from lab.observation.observation import Observation
from lab.observation.run import Run
from lab.story.pcapng import pcapng
from lab.story.terminal.render import render_text
from lab.story.timeline.timeline import Timeline
from lab.wire.address import Family
from lab.wire.capture_file import CaptureFile, read_file
from lab.wire.packet import Flags, Packet, decode
from lab.wire.packet.header.number import TCP, UDP
from lab.wire.pcap import Capture, read


def said(observation: Observation) -> list[tuple[str, str, str, str]]:
    """Return each transit: sender, receiver, words, fate."""
    return [
        (transit.sender, transit.receiver, label.fit(60), transit.fate)
        for transit, label in Timeline.of(Run.of(observation)).transits
    ]


def told(file: CaptureFile, **named: str) -> Observation:
    return foreign({"it.pcap": file}, {ip: name for name, ip in named.items()})


def packet(number: int, ends: tuple[str, str], ports: tuple[int, int] = (40000, 7)) -> Packet:
    carried = frames.udp(b"%d" % number, ports=ports, between=ends)
    return decode(frames.frame(carried, UDP, ends), number=number, time_ns=number * 1_000_000)


@pytest.mark.parametrize(
    "observation",
    [hello().observation(), probed(6, 3, 2), probed(6, hops=2), translated()],
    ids=["hello", "lost", "expired", "translated"],
)
def test_what_the_lab_keeps_of_a_run_is_read_as_the_same_story(
    tmp_path: Path, observation: Observation
) -> None:
    path = tmp_path / "run.pcapng"
    path.write_bytes(pcapng(Timeline.of(Run.of(observation))))
    again = foreign({path.name: read_file(path)}, {})
    assert {host.name: list(host.captures) for host in again.hosts} == {
        host.name: [link.network for link in host.links] or [""] for host in observation.hosts
    }
    assert said(again) == said(observation)


def test_the_captures_of_each_host_are_one_story_by_their_names() -> None:
    observation = hello().observation()
    files = {
        f"{host.name}.pcap": CaptureFile((Capture(observation.packets(host.name)),))
        for host in observation.hosts
    }
    again = foreign(files, {host.address: host.name for host in observation.hosts})
    asked = [each for each in said(again) if "10.77.0.53" not in each[:2]]
    assert asked == [each for each in said(observation) if "dns" not in each[:2]]
    assert {transit.arrived_ns is None for transit, _ in Timeline.of(Run.of(again)).transits} == {
        True,
        False,
    }


def test_a_capture_of_one_conversation_shows_both_ends_and_no_loss() -> None:
    file = CaptureFile((read(CAPTURES / "tcp_ipv4.pcap"),))
    observation = told(file, client="10.77.0.10")
    assert [host.name for host in observation.hosts] == ["client", "10.77.0.20"]
    assert all(host.capture and host.capture.elsewhere for host in observation.hosts)
    assert not any(fate for *_, fate in said(observation))
    story = render_text(Timeline.of(Run.of(observation)), width=80, color=False)
    assert "client 10.77.0.10" in story
    assert story.count("(ESTABLISHED #1)") == 2


def test_a_capture_that_one_address_has_part_in_is_its_own() -> None:
    packets = [
        packet(n, ends)
        for n, ends in enumerate(((("10.0.0.1", "10.0.0.2")), ("10.0.0.3", "10.0.0.1")), 1)
    ]
    (host,) = told(CaptureFile((Capture(tuple(packets)),))).hosts
    assert (host.name, host.capture and host.capture.elsewhere) == ("10.0.0.1", False)
    assert host.capture is not None
    assert host.capture.outgoing == (1,)


def test_a_capture_whose_directions_are_known_is_the_sender_s() -> None:
    capture = Capture((packet(1, ("10.0.0.1", "10.0.0.2")),), outgoing=(1,))
    assert [host.name for host in told(CaptureFile((capture,))).hosts] == ["10.0.0.1"]


def test_two_programs_of_one_host_are_two_life_lines() -> None:
    ends = ("127.0.0.1", "127.0.0.1")
    both = [(40000, 5000), (5000, 40000)]
    made = []
    for number, (ports, flags, sequence, acknowledgment) in enumerate(
        [
            (both[0], Flags.SYN, 100, 0),
            (both[1], Flags.SYN | Flags.ACK, 200, 101),
            (both[0], Flags.ACK, 101, 201),
        ],
        start=1,
    ):
        segment = frames.tcp(
            ports=ports, sequence=sequence, acknowledgment=acknowledgment, flags=flags, between=ends
        )
        frame = frames.frame(segment, TCP, ends)
        made.append(decode(frame, number=number, time_ns=number * 1_000_000))
    observation = told(CaptureFile((Capture(tuple(made)),)))
    assert said(observation) == [
        ("127.0.0.1-client", "127.0.0.1:5000", "SYN", ""),
        ("127.0.0.1:5000", "127.0.0.1-client", "SYN ACK", ""),
        ("127.0.0.1-client", "127.0.0.1:5000", "ACK", ""),
    ]
    story = render_text(Timeline.of(Run.of(observation)), width=90, color=False)
    assert story.count("(SYN_SENT)") == 1
    assert story.count("(SYN_RECV)") == 1


def test_of_very_many_hosts_the_busiest_are_told_and_the_others_counted() -> None:
    pairs = [(f"10.0.{n}.1", f"10.0.{n}.2") for n in range(200)]
    pairs += [("10.1.0.1", "10.1.0.2")] * 5
    packets = tuple(packet(n, ends) for n, ends in enumerate(pairs, start=1))
    observation = told(CaptureFile((Capture(packets),)), mine="10.0.150.1", other="10.0.150.2")
    names = [host.name for host in observation.hosts]
    assert names[:2] == ["mine", "other"]
    assert {"10.1.0.1", "10.1.0.2"} < {*names}
    assert len(names) <= MOST_HOSTS
    (remark,) = observation.remarks
    assert int(remark.split()[0]) == 205 - len(said(observation))


def test_a_packet_that_two_captures_beside_its_way_have_is_told_once() -> None:
    packets = read(CAPTURES / "tcp_ipv4.pcap").packets
    later = [each for each in packets if each.tcp]
    files = {
        "a.pcap": CaptureFile((Capture(packets),)),
        "b.pcap": CaptureFile((Capture(tuple(later)),)),
    }
    assert said(foreign(files, {})) == said(foreign({"a.pcap": files["a.pcap"]}, {}))


def test_names_that_a_file_gives_are_made_plain_and_cut() -> None:
    file = CaptureFile(
        (Capture((packet(1, ("10.0.0.1", "10.0.0.2")),)),), {"10.0.0.1": "\x1b[2J<b>" + "x" * 99}
    )
    (name, _) = (host.name for host in told(file).hosts)
    assert name.startswith("_2J_b_xxx")
    assert len(name) <= 40


def test_an_empty_capture_is_an_observation_of_nobody() -> None:
    observation = told(CaptureFile((Capture(()),)))
    assert observation.hosts == ()
    assert observation.family is Family.IPV4
    assert replace(observation, scenario="x").scenario == "x"


def test_what_is_for_a_group_is_not_lost_where_the_capture_was_made_beside_the_hosts() -> None:
    ends = [("10.0.0.1", "10.0.0.2"), ("10.0.0.3", "10.0.0.4"), ("10.0.0.1", "224.0.0.251")]
    packets = tuple(packet(n, each) for n, each in enumerate(ends, start=1))
    assert [
        (sender, receiver, fate)
        for sender, receiver, _, fate in said(told(CaptureFile((Capture(packets),))))
    ] == [("10.0.0.1", "10.0.0.2", ""), ("10.0.0.3", "10.0.0.4", ""), ("10.0.0.1", "", "")]
