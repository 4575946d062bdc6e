"""Capture files: read whatever writer made them, written so that others read them."""

from __future__ import annotations

import struct
from io import BytesIO
from pathlib import Path

import dpkt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from packet_frames import datagram, hello, syn
from places import CAPTURES

from lab.errors import CaptureUnreadable
from lab.wire.packet import Packet, decode
from lab.wire.pcap import Capture, encode, read, write

SECOND = 10**9
PACKETS = (
    decode(syn(), number=1, time_ns=1_700_000_000 * SECOND + 123_456_789),
    decode(hello(), number=2, time_ns=1_700_000_001 * SECOND),
    decode(datagram()[:30], number=3, time_ns=1_700_000_001 * SECOND + 1, wire_length=47),
)


def file_of(order: str, magic: int, fraction: int) -> bytes:
    """Return a file with one SYN in it, in any of the forms that the format has."""
    header = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 65535, 1)
    record = struct.pack(order + "IIII", 1_700_000_000, fraction, len(syn()), len(syn()))
    return header + record + syn()


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("magic", "fraction", "nanoseconds"),
    [(0xA1B2C3D4, 123_456, 123_456_000), (0xA1B23C4D, 123_456_789, 123_456_789)],
)
def test_every_form_of_the_format_is_read(
    order: str, magic: int, fraction: int, nanoseconds: int
) -> None:
    capture = read(file_of(order, magic, fraction))
    assert [packet.data for packet in capture.packets] == [syn()]
    assert capture.packets[0].time_ns == 1_700_000_000 * SECOND + nanoseconds
    assert capture.packets[0].number == 1
    assert capture.problem is None


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    path = tmp_path / "client.pcap"
    write(path, PACKETS)
    assert read(path) == read(str(path)) == read(path.read_bytes()) == Capture(PACKETS)


@given(st.lists(st.tuples(st.binary(max_size=80), st.integers(0, 2**32 * SECOND - 1))))
def test_any_packets_come_back_from_their_file(packets: list[tuple[bytes, int]]) -> None:
    written = tuple(
        decode(data, time_ns=time_ns, number=number)
        for number, (data, time_ns) in enumerate(packets, 1)
    )
    assert read(encode(written)).packets == written


@given(st.binary(max_size=200), st.sampled_from([b"", encode(()), encode(PACKETS)[:50]]))
def test_any_bytes_are_a_capture_or_refused_in_the_labs_words(rest: bytes, start: bytes) -> None:
    refusal: CaptureUnreadable | None = None
    packets: tuple[Packet, ...] = ()
    try:
        packets = read(start + rest).packets
    except CaptureUnreadable as error:
        refusal = error
    assert sum(len(packet.data) for packet in packets) <= len(start + rest)
    assert refusal is None or (refusal.advice and not packets)


def test_dpkt_reads_what_is_written() -> None:
    theirs = list(dpkt.pcap.Reader(BytesIO(encode(PACKETS))))
    assert [data for _, data in theirs] == [packet.data for packet in PACKETS]
    assert round(theirs[0][0] * 1000) == PACKETS[0].time_ns // 10**6


def test_a_capture_without_packets_is_a_capture() -> None:
    assert read(encode(())) == Capture(())


def test_a_capture_knows_what_it_is_told() -> None:
    capture = read(encode(PACKETS), dropped=0, host="client", interface="eth0")
    assert (capture.dropped, capture.host, capture.interface) == (0, "client", "eth0")


@pytest.mark.parametrize("missing", range(1, 30 + 16))
def test_a_file_that_ends_within_its_last_packet_gives_the_whole_ones(missing: int) -> None:
    capture = read(encode(PACKETS)[:-missing])
    assert capture.packets == PACKETS[:2]
    assert capture.problem is not None
    assert capture.problem.startswith("it ends within packet 3: ")


def test_a_file_damaged_in_the_middle_gives_what_comes_before() -> None:
    data = bytearray(encode(PACKETS))
    length = 24 + 16 + len(syn()) + 8
    data[length : length + 4] = b"\xff\xff\xff\x7f"
    capture = read(bytes(data))
    assert capture.packets == PACKETS[:1]
    assert capture.problem == "it is damaged at packet 2, which claims 2147483647 bytes"


@pytest.mark.parametrize(
    ("data", "seen"),
    [
        (b"", "it is empty: 0 bytes"),
        (encode(())[:23], "its header is cut off: 23 of 24 bytes"),
        (encode(PACKETS)[:30], "it ends within packet 1: 6 of 16 bytes of its header"),
        (encode(PACKETS)[:50], f"it ends within packet 1: 10 of {len(syn())} bytes"),
        (b"\x0a\x0d\x0d\x0a" + bytes(100), "it is in the pcapng format"),
        (b"<html>", "its first bytes are 3c 68 74 6d"),
    ],
)
def test_a_file_that_gives_nothing_is_refused_with_the_reason(data: bytes, seen: str) -> None:
    with pytest.raises(CaptureUnreadable) as refused:
        read(data)
    assert seen in refused.value.seen
    assert refused.value.advice
    assert refused.value.exit_status == 2


def test_a_path_to_nowhere_is_refused_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "nothing.pcap"
    with pytest.raises(CaptureUnreadable, match=r"nothing\.pcap: No such file"):
        read(path)


def test_the_captures_of_this_folder_are_whole_and_small() -> None:
    paths = sorted(CAPTURES.glob("*.pcap"))
    assert len(paths) >= 9
    for path in paths:
        assert path.stat().st_size < 100_000
        capture = read(path)
        assert capture.packets
        assert capture.problem is None
        assert [packet.number for packet in capture.packets] == list(
            range(1, len(capture.packets) + 1)
        )
