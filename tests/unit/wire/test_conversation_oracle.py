"""Conversations compared with what tshark says of the same captures."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

import places
import pytest

from lab.wire.conversation import Conversation, Event, conversations
from lab.wire.pcap import read

pytestmark = pytest.mark.skipif(
    shutil.which("tshark") is None, reason="tshark, the oracle of these tests, is not installed"
)

CAPTURES = sorted(places.CAPTURES.glob("*.pcap"))
NAMES = [path.name for path in CAPTURES]

RESENT = {"retransmission", "fast_retransmission", "spurious_retransmission"}
MEANING = {
    **dict.fromkeys(RESENT, "retransmission"),
    "out_of_order": "out-of-order",
    "duplicate_ack": "duplicate ACK",
    "zero_window": "zero window",
    "window_update": "window update",
    "keep_alive": "keep-alive",
    "zero_window_probe": "zero window probe",
}
FIELDS = ("tcp.stream", "tcp.seq", "tcp.ack", "tcp.len", "tcp.flags.reset")


def tshark(path: Path, *words: str) -> str:
    return subprocess.run(
        ["tshark", "-r", str(path), *words], check=True, capture_output=True, text=True
    ).stdout


@cache
def said_by_tshark(name: str) -> dict[int, dict[str, str]]:
    """Return tshark's fields of each TCP packet (not of those that ICMP quotes), by number."""
    path = next(path for path in CAPTURES if path.name == name)
    fields = ["frame.number", *FIELDS, *(f"tcp.analysis.{field}" for field in MEANING)]
    words = [word for field in fields for word in ("-e", field)]
    table = tshark(path, "-Y", "tcp && !icmp && !icmpv6", "-T", "fields", *words)
    rows = (line.split("\t") for line in table.splitlines())
    return {int(row[0]): dict(zip(fields[1:], row[1:], strict=True)) for row in rows}


@cache
def said_by_us(name: str) -> tuple[Conversation, ...]:
    path = next(path for path in CAPTURES if path.name == name)
    return tuple(talk for talk in conversations(read(path).packets) if talk.protocol == "tcp")


def notes_of_tshark(row: dict[str, str]) -> set[str]:
    return {meaning for field, meaning in MEANING.items() if row[f"tcp.analysis.{field}"]}


@pytest.mark.parametrize("name", NAMES)
def test_the_packets_of_a_conversation_are_those_of_a_stream(name: str) -> None:
    streams: dict[str, list[int]] = {}
    for number, row in said_by_tshark(name).items():
        streams.setdefault(row["tcp.stream"], []).append(number)
    ours = [[event.number for event in talk.events] for talk in said_by_us(name)]
    assert ours == list(streams.values())


@pytest.mark.parametrize("name", NAMES)
def test_relative_numbers_and_lengths_are_the_same(name: str) -> None:
    for talk in said_by_us(name):
        for event in talk.events:
            row = said_by_tshark(name)[event.number]
            assert event.sequence == int(row["tcp.seq"])
            assert event.length == int(row["tcp.len"])
            if event.acknowledgment is not None:
                assert event.acknowledgment == int(row["tcp.ack"])
            assert event.rst == (row["tcp.flags.reset"] in ("1", "True"))


@pytest.mark.parametrize("name", NAMES)
def test_what_is_remarkable_is_the_same(name: str) -> None:
    for talk in said_by_us(name):
        for event in talk.events:
            theirs = notes_of_tshark(said_by_tshark(name)[event.number])
            ours = set(event.notes)
            if "zero window probe" in ours and event.length == 0:
                # The kernel's empty probe looks like a keep-alive; we tell it by the closed window.
                ours = ours - {"zero window probe"} | {"keep-alive"}
            if ours == {"retransmission"} and theirs == {"out-of-order"}:
                # tshark goes by the time alone; we know that the same bytes crossed before.
                assert has_crossed_before(talk, event.number)
                continue
            if ours == {"ACK again"}:
                # tshark goes by the numbers alone; we know that no byte was under way.
                assert theirs == {"duplicate ACK"}
                assert is_all_acknowledged(talk, event)
                continue
            assert ours == theirs, f"packet {event.number}"


def has_crossed_before(talk: Conversation, number: int) -> bool:
    again = next(event for event in talk.events if event.number == number)
    return any(
        event.sender == again.sender and event.sequence < again.end and again.sequence < event.end
        for event in talk.events
        if event.number < number
    )


def is_all_acknowledged(talk: Conversation, ack: Event) -> bool:
    earlier = talk.events[: talk.events.index(ack)]
    sent = max(event.end for event in earlier if event.sender != ack.sender)
    return ack.acknowledgment == sent


@pytest.mark.parametrize("name", NAMES)
def test_the_bytes_of_each_direction_are_the_same(name: str) -> None:
    path = next(path for path in CAPTURES if path.name == name)
    for at, talk in enumerate(said_by_us(name)):
        if talk.gaps:  # tshark fills what was not captured with text of its own
            continue
        shown = tshark(path, "-q", "-z", f"follow,tcp,raw,{at}").splitlines()
        said = {False: b"", True: b""}
        first = next(line for line in shown if line.startswith("Node 0: ")).removeprefix("Node 0: ")
        for line in shown:
            text = line.strip()
            if text and set(text) <= set("0123456789abcdef"):
                said[line.startswith("\t")] += bytes.fromhex(text)
        ours = (talk.sent, talk.received)
        if first != str(talk.client):
            ours = ours[::-1]
        assert (said[False], said[True]) == ours


def test_the_captures_hold_what_they_are_named_for() -> None:
    """Guard against captures in which nothing remarkable happened, which would prove nothing."""
    seen = {
        note
        for name in NAMES
        for talk in said_by_us(name)
        for event in talk.events
        for note in event.notes
    }
    assert seen == {*MEANING.values(), "ACK again"}
