"""A run as one capture file: tshark, the oracle, finds taps, names, packets and the story in it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from played import Play, traced_hello
from routed import probed, translated

from lab.observation.evidence import Pointer
from lab.observation.observation import Observation
from lab.observation.run import Run
from lab.observation.verdict import Outcome, Verdict
from lab.story.pcapng import pcapng
from lab.story.timeline.timeline import Timeline

needs_tshark = pytest.mark.skipif(
    shutil.which("tshark") is None, reason="tshark is not installed on this machine"
)


def written(folder: Path, observation: Observation, *verdicts: Verdict) -> Path:
    path = folder / "run.pcapng"
    path.write_bytes(pcapng(Timeline.of(Run.of(observation, verdicts))))
    return path


def shown(path: Path, *fields: str, options: Sequence[str] = ("-n",)) -> list[tuple[str, ...]]:
    """Return the fields of each packet that tshark reads, several of one name joined by ``|``."""
    words = [word for field in fields for word in ("-e", field)]
    said = subprocess.run(
        ["tshark", *options, "-r", str(path), "-T", "fields", "-E", "aggregator=|", *words],
        check=True,
        capture_output=True,
        text=True,
    )
    assert "damaged" not in said.stderr
    return [tuple(line.split("\t")) for line in said.stdout.splitlines()]


@needs_tshark
def test_each_tap_is_an_interface_and_a_packet_at_several_taps_has_one_number(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, probed(6, 3))
    rows = shown(path, "frame.interface_name", "frame.packet_id", "ip.ttl")
    taps = ["client lan", "router lan", "router middle"]
    taps += ["router2 middle", "router2 far", "remote far"]
    seen = [(tap, int(number, 0)) for tap, number, _ in rows]
    assert seen == [*((tap, 1) for tap in taps), *((tap, 2) for tap in taps[:3])]
    assert [row[2] for row in rows] == ["64", "64", "63", "63", "62", "62", "64", "64", "63"]


@needs_tshark
def test_what_a_router_translates_stays_one_packet(tmp_path: Path) -> None:
    rows = shown(written(tmp_path, translated()), "frame.packet_id", "ip.src")
    numbers = [int(number, 0) for number, _ in rows]
    assert numbers == [number for number in range(1, 6) for _ in range(4)]
    assert {source for number, source in rows if int(number, 0) == 1} == {
        "10.77.3.40",
        "10.77.0.4",
    }


@needs_tshark
def test_addresses_have_the_names_of_the_lab(tmp_path: Path) -> None:
    rows = shown(
        written(tmp_path, traced_hello().observation()),
        *("ip.src_host", "ip.dst_host"),
        options=("-N", "n"),
    )
    assert {frozenset(ends) for ends in rows} == {
        frozenset({"client", each}) for each in ("server", "dns")
    }


@needs_tshark
def test_times_are_exact_and_the_same_in_the_capture_of_each_tap(tmp_path: Path) -> None:
    observation = traced_hello().observation()
    rows = shown(written(tmp_path, observation), "frame.time_epoch", "frame.len")
    packets = [packet for host in observation.hosts for packet in observation.packets(host.name)]
    expected = sorted(
        (f"{each.time_ns // 10**9}.{each.time_ns % 10**9:09}", str(each.wire_length))
        for each in packets
    )
    assert sorted(rows) == expected


@needs_tshark
def test_comments_say_what_the_story_says_and_which_call_and_line_sent_it(tmp_path: Path) -> None:
    observation = traced_hello().observation()
    client, *rest = observation.hosts
    (ran,) = client.transcripts
    lines = replace(ran, made=tuple(replace(call, lines=(12,)) for call in ran.made))
    observation = replace(observation, hosts=(replace(client, transcripts=(lines,)), *rest))
    rows = shown(written(tmp_path, observation), "frame.interface_name", "frame.comment")
    assert (
        "client",
        "client → server: SYN|sent by connect(10.77.0.20:15000) of client.py, line 12",
    ) in rows
    assert ("server", "client → server: SYN") in rows
    said = "sent by send('Hello World') of client.py, line 12"
    assert ("client", f'client → server: "Hello World" 11 B|{said}') in rows


@needs_tshark
@pytest.mark.parametrize(
    ("taps", "where"),
    [(1, "lost on lan"), (2, "lost at router"), (3, "lost on middle"), (5, "lost on far")],
)
def test_a_lost_packet_says_where_in_the_comment_of_its_last_sighting(
    tmp_path: Path, taps: int, where: str
) -> None:
    rows = shown(written(tmp_path, probed(taps, 6)), "frame.packet_id", "frame.comment")
    first = [said.split("|") for number, said in rows if int(number, 0) == 1]
    assert [where in said for said in first] == [False] * (taps - 1) + [True]
    assert not any(where in said for number, said in rows if int(number, 0) == 2)


@needs_tshark
def test_the_section_has_the_verdicts_and_the_packet_what_its_verdict_says(tmp_path: Path) -> None:
    pointer = Pointer("client", packet=4, due='"Hello Moon"')
    path = written(
        tmp_path,
        traced_hello().observation(),
        Verdict("test_it_connects", Outcome.HOLDS),
        Verdict(
            "test_it_greets", Outcome.FAILS, "expected: Moon\nseen: World", pointers=(pointer,)
        ),
    )
    about = subprocess.run(
        ["capinfos", "-k", str(path)], check=True, capture_output=True, text=True
    )
    assert "played over IPv4: does not hold" in about.stdout
    assert "✔ it connects" in about.stdout
    assert "✗ it greets" in about.stdout
    assert "expected: Moon" in about.stdout
    comments = [comment for (comment,) in shown(path, "frame.comment")]
    assert sum('✗1 it greets: should have been "Hello Moon"' in each for each in comments) == 2


@needs_tshark
@pytest.mark.parametrize("text", ["", "\ud800 \x1b[2J \0", "ä" * 70_000])
def test_whatever_a_verdict_says_the_file_is_whole(tmp_path: Path, text: str) -> None:
    observation = traced_hello().observation()
    path = written(tmp_path, observation, Verdict("test_it", Outcome.FAILS, text))
    packets = sum(len(observation.packets(host.name)) for host in observation.hosts)
    assert len(shown(path, "frame.number")) == packets


def test_a_run_without_packets_is_a_file_of_interfaces() -> None:
    assert pcapng(Timeline.of(Run.of(Play().observation())))
