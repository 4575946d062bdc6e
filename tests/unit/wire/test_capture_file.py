"""Capture files of any writer: both formats and byte orders, each link layer, damaged files."""

from __future__ import annotations

import shutil
import struct
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packet_frames import hello, syn
from places import CAPTURES

from lab.errors import CaptureUnreadable
from lab.observation.foreign import foreign
from lab.observation.run import Run
from lab.story.terminal.render import render_text
from lab.story.timeline.timeline import Timeline
from lab.wire.capture_file import CaptureFile, read_file
from lab.wire.packet import decode
from lab.wire.pcap import read
from lab.wire.pcapng.write import Interface, Record, encode

SECOND = 10**9
TIME_NS = 1_700_000_000 * SECOND + 123_456_789
DATAGRAM = syn()[14:]
IPV4 = b"\x08\x00"
TAG = b"\x81\x00\x60\x2a"
LINKS = {
    "ethernet": (1, syn()),
    "802.1Q": (1, syn()[:12] + TAG + IPV4 + DATAGRAM),
    "QinQ": (1, syn()[:12] + b"\x88\xa8\x00\x07" + TAG + IPV4 + DATAGRAM),
    "null little": (0, b"\x02\0\0\0" + DATAGRAM),
    "null big": (0, b"\0\0\0\x02" + DATAGRAM),
    "loop": (108, b"\0\0\0\x02" + DATAGRAM),
    "raw": (101, DATAGRAM),
    "raw IPv4": (228, DATAGRAM),
    "cooked": (113, b"\0\4\0\1\0\6" + bytes(8) + IPV4 + DATAGRAM),
    "cooked 2": (276, IPV4 + bytes(2) + b"\0\0\0\3\0\1\4\6" + bytes(8) + DATAGRAM),
}
needs = pytest.mark.skipif(
    not all(map(shutil.which, ("tshark", "editcap", "mergecap"))), reason="tshark is not installed"
)


def pcap(link_type: int, *frames: bytes, order: str = "<") -> bytes:
    """Return a classic file in nanoseconds, a second between packets."""
    header = struct.pack(order + "IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, link_type)
    parts = [
        struct.pack(order + "IIII", TIME_NS // SECOND + n, TIME_NS % SECOND, len(each), len(each))
        + each
        for n, each in enumerate(frames)
    ]
    return b"".join((header, *parts))


class Blocks:
    """Makes the blocks of a pcapng file in either byte order, apart from the lab's own writer."""

    def __init__(self, order: str) -> None:
        self.order = order

    def block(self, kind: int, body: bytes) -> bytes:
        body += bytes(-len(body) % 4)
        length = struct.pack(self.order + "I", len(body) + 12)
        return struct.pack(self.order + "I", kind) + length + body + length

    def option(self, code: int, value: bytes) -> bytes:
        head = struct.pack(self.order + "HH", code, len(value))
        return head + value + bytes(-len(value) % 4)

    def section(self) -> bytes:
        return self.block(0x0A0D0D0A, struct.pack(self.order + "IHHq", 0x1A2B3C4D, 1, 0, -1))

    def interface(self, link_type: int = 1, *options: tuple[int, bytes], longest: int = 0) -> bytes:
        body = struct.pack(self.order + "HHI", link_type, 0, longest)
        return self.block(1, body + b"".join(self.option(*each) for each in options))

    def packet(self, interface: int, ticks: int, data: bytes, *options: tuple[int, bytes]) -> bytes:
        sizes = len(data), len(data)
        body = struct.pack(self.order + "IIIII", interface, *divmod(ticks, 1 << 32), *sizes)
        told = b"".join(self.option(*each) for each in options)
        return self.block(6, body + data + bytes(-len(data) % 4) + told)

    def simple(self, data: bytes, length: int) -> bytes:
        return self.block(3, struct.pack(self.order + "I", length) + data)


def kept(folder: Path, data: bytes, name: str = "it.pcapng") -> CaptureFile:
    path = folder / name
    path.write_bytes(data)
    return read_file(path)


@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize("order", ["<", ">"])
def test_each_link_layer_is_read_down_to_tcp(tmp_path: Path, link: str, order: str) -> None:
    (capture,) = kept(tmp_path, pcap(*LINKS[link], order=order), "it.pcap").captures
    (packet,) = capture.packets
    assert packet.problems == ()
    assert packet.tcp is not None
    assert packet.data[packet.tcp.start :] == DATAGRAM[20:]
    assert packet.time_ns == TIME_NS


@needs
@pytest.mark.parametrize("link", LINKS)
def test_tshark_finds_the_same_headers_at_the_same_places(tmp_path: Path, link: str) -> None:
    (capture,) = kept(tmp_path, pcap(*LINKS[link]), "it.pcap").captures
    (packet,) = capture.packets
    said = subprocess.run(
        ["tshark", "-n", "-r", str(tmp_path / "it.pcap"), "-T", "pdml"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert packet.ipv4 is not None
    assert packet.tcp is not None
    for header in (packet.ipv4, packet.tcp):
        name = {"IPv4": "ip", "TCP": "tcp"}[header.name]
        line = next(each for each in said.splitlines() if f'<proto name="{name}"' in each)
        assert f'pos="{header.start}"' in line
    if packet.vlan is not None:
        *_, tag = [header for header in packet.headers if header.name == "802.1Q"]
        assert (tag.field("VLAN Identifier").value, tag.field("EtherType").value) == (0x2A, 0x0800)
        assert tag.field("Priority Code Point").value == 3
        assert 'showname=".... 0000 0010 1010 = ID: 42"' in said


def test_what_is_not_known_is_a_value_with_a_reason(tmp_path: Path) -> None:
    (capture,) = kept(tmp_path, pcap(127, syn()), "it.pcap").captures
    (problem,) = capture.packets[0].problems
    assert problem.what == "link type 127 is not read here"
    assert capture.packets[0].data == syn()


def test_ten_thousand_tags_are_read_one_after_the_other() -> None:
    packet = decode(syn()[:12] + TAG * 10_000)
    assert len(packet.headers) == 10_000
    assert packet.problems


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("options", "ticks", "time_ns"),
    [
        ((), 5_000_001, 5_000_001_000),
        (((9, b"\x09"),), 5_000_000_001, 5_000_000_001),
        (((9, b"\x03"),), 5001, 5_001_000_000),
        (((9, b"\x8a"),), 5 * 1024 + 512, 5_500_000_000),
    ],
)
def test_times_are_in_the_unit_of_the_interface(
    tmp_path: Path, order: str, options: tuple[tuple[int, bytes], ...], ticks: int, time_ns: int
) -> None:
    made = Blocks(order)
    data = made.section() + made.interface(1, *options) + made.packet(0, ticks, syn())
    (capture,) = kept(tmp_path, data).captures
    assert [packet.time_ns for packet in capture.packets] == [time_ns]
    shifted = (*options, (14, struct.pack(order + "q", 100)))
    data = made.section() + made.interface(1, *shifted) + made.packet(0, ticks, syn())
    (capture,) = kept(tmp_path, data).captures
    assert capture.packets[0].time_ns == time_ns + 100 * SECOND


def test_sections_may_differ_in_byte_order_and_each_has_interfaces_of_its_own(
    tmp_path: Path,
) -> None:
    little, big = Blocks("<"), Blocks(">")
    data = (
        little.section() + little.interface(1, (2, b"eth0")) + little.interface(101, (2, b"tun0"))
    )
    data += little.packet(1, 1, DATAGRAM) + little.packet(0, 2, syn())
    data += big.section() + big.interface(1, (2, b"eth1")) + big.packet(0, 3, hello())
    captures = kept(tmp_path, data).captures
    assert [(each.interface, [p.number for p in each.packets]) for each in captures] == [
        ("eth0", [2]),
        ("tun0", [1]),
        ("eth1", [3]),
    ]
    assert all(packet.tcp for each in captures for packet in each.packets)


def test_simple_packets_are_read_and_unknown_blocks_skipped(tmp_path: Path) -> None:
    made = Blocks("<")
    data = made.section() + made.interface(longest=40) + made.block(0x0BAD, b"whatever")
    data += made.packet(0, 7, syn()) + made.simple(syn()[:40], len(syn()))
    (capture,) = kept(tmp_path, data).captures
    first, second = capture.packets
    assert (second.data, second.wire_length, second.time_ns) == (
        syn()[:40],
        len(syn()),
        first.time_ns,
    )


def test_directions_come_from_flags_and_from_cooked_headers(tmp_path: Path) -> None:
    made = Blocks("<")
    out, come = ((2, struct.pack("<I", direction)) for direction in (2, 1))
    data = made.section() + made.interface()
    data += made.packet(0, 1, syn(), out) + made.packet(0, 2, hello(), come)
    assert kept(tmp_path, data).captures[0].outgoing == (1,)
    assert kept(tmp_path, data + made.packet(0, 3, syn())).captures[0].outgoing is None
    came = LINKS["cooked"][1].replace(b"\0\4\0\1", b"\0\0\0\1", 1)
    (capture,) = kept(tmp_path, pcap(113, came, LINKS["cooked"][1]), "it.pcap").captures
    assert capture.outgoing == (2,)


def test_what_the_lab_writes_is_what_it_reads(tmp_path: Path) -> None:
    packets = [
        decode(data, number=n, time_ns=TIME_NS + n) for n, data in ((1, syn()), (2, hello()))
    ]
    records = [Record(n, packet, 1, n == 0, ("said",)) for n, packet in enumerate(packets)]
    taps = [Interface("client lan", "", 0), Interface("server lan", "", 3)]
    data = encode(taps, records, names={"10.0.0.1": "client", "fd00::1": "server", "odd": "no"})
    file = kept(tmp_path, data)
    assert file.names == {"10.0.0.1": "client", "fd00::1": "server"}
    assert [(c.interface, c.dropped, c.packets, c.outgoing) for c in file.captures] == [
        ("client lan", 0, (packets[0],), (1,)),
        ("server lan", 3, (packets[1],), ()),
    ]


@needs
def test_what_editcap_and_mergecap_write_is_read_as_the_captures_they_were_given(
    tmp_path: Path,
) -> None:
    for name in ("tcp_ipv4", "udp_ipv6"):
        source, made = CAPTURES / f"{name}.pcap", tmp_path / f"{name}.pcapng"
        subprocess.run(["editcap", "-F", "pcapng", str(source), str(made)], check=True)
        (capture,) = read_file(made).captures
        assert capture.packets == read(source).packets
    both = [str(CAPTURES / "tcp_ipv4.pcap"), str(CAPTURES / "udp_ipv6.pcap")]
    subprocess.run(["mergecap", "-I", "none", "-w", str(tmp_path / "b.pcapng"), *both], check=True)
    captures = read_file(tmp_path / "b.pcapng").captures
    assert [[p.data for p in each.packets] for each in captures] == [
        [p.data for p in read(path).packets] for path in both
    ]


@pytest.mark.parametrize(
    ("data", "seen"),
    [
        (b"\x0a\x0d\x0d\x0a" + bytes(5), "it ends within a block behind packet 0"),
        (b"\x0a\x0d\x0d\x0a" + bytes(40), "a section has no byte order"),
        (Blocks("<").section() + Blocks("<").interface()[:-4], "it ends within a block"),
        (Blocks("<").section() + b"\1\0\0\0\7\0\0\0" + bytes(8), "a block claims 7 bytes"),
        (Blocks("<").section() + Blocks("<").packet(0, 1, syn()), "it is damaged behind packet 0"),
    ],
)
def test_a_file_that_gives_nothing_is_refused(tmp_path: Path, data: bytes, seen: str) -> None:
    with pytest.raises(CaptureUnreadable) as refused:
        kept(tmp_path, data)
    assert seen in refused.value.seen


def whole(link: str) -> bytes:
    made = Blocks("<")
    data = made.section() + made.interface(LINKS[link][0], (2, b"client lan"), (9, b"\x09"))
    data += made.block(4, struct.pack("<HH", 1, 11) + b"\x0a\x4d\0\x0aclient\0" + bytes(5))
    data += made.packet(0, TIME_NS, LINKS[link][1]) + made.packet(0, TIME_NS + 1, LINKS[link][1])
    return data + made.simple(LINKS[link][1], 100)


def damaged(make: Callable[[str], bytes]) -> st.SearchStrategy[bytes]:
    """Return files with some bytes changed, or an end missing."""
    return st.builds(
        lambda data, at, new, cut: (
            data[: at % len(data)] + new + data[at % len(data) + len(new) :]
        )[: len(data) - cut % len(data)],
        st.sampled_from(sorted(LINKS)).map(make),
        st.integers(0, 2000),
        st.binary(max_size=8),
        st.one_of(st.just(0), st.integers(0, 2000)),
    )


@settings(max_examples=150, deadline=None)
@given(st.one_of(damaged(whole), damaged(lambda link: pcap(*LINKS[link], LINKS[link][1]))))
def test_whatever_is_damaged_is_told_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(data)
    file = CaptureFile(())
    with suppress(CaptureUnreadable):
        file = read_file(path)
    observation = foreign({"damaged": file}, {})
    assert render_text(Timeline.of(Run.of(observation)), width=80, color=False)
