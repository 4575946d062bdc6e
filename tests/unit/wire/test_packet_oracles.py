"""Real captures, read by us, by dpkt and by tshark: all three see the same packets."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import dpkt
import pytest
from places import CAPTURES

from lab.wire.packet import Flags, Header, Packet, decode
from lab.wire.pcap import read

PATHS = sorted(path for path in CAPTURES.glob("*.pcap") if not path.name.startswith("conversation"))

needs_tshark = pytest.mark.skipif(
    shutil.which("tshark") is None, reason="tshark is not installed on this machine"
)
each_capture = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)

# What our fields are called by tshark, for each of our headers.
NAMES = {
    "Ethernet": {"Destination": "eth.dst", "Source": "eth.src", "EtherType": "eth.type"},
    "ARP": {
        "Hardware Address Space": "arp.hw.type",
        "Protocol Address Space": "arp.proto.type",
        "Hardware Address Length": "arp.hw.size",
        "Protocol Address Length": "arp.proto.size",
        "Opcode": "arp.opcode",
        "Sender Hardware Address": "arp.src.hw_mac",
        "Sender Protocol Address": "arp.src.proto_ipv4",
        "Target Hardware Address": "arp.dst.hw_mac",
        "Target Protocol Address": "arp.dst.proto_ipv4",
    },
    "IPv4": {
        "Version": "ip.version",
        "Type of Service": "ip.dsfield",
        "Total Length": "ip.len",
        "Identification": "ip.id",
        "Don't Fragment": "ip.flags.df",
        "More Fragments": "ip.flags.mf",
        "Fragment Offset": "ip.frag_offset",
        "Time to Live": "ip.ttl",
        "Protocol": "ip.proto",
        "Header Checksum": "ip.checksum",
        "Source Address": "ip.src",
        "Destination Address": "ip.dst",
    },
    "IPv6": {
        "Version": "ipv6.version",
        "Flow Label": "ipv6.flow",
        "Payload Length": "ipv6.plen",
        "Next Header": "ipv6.nxt",
        "Hop Limit": "ipv6.hlim",
        "Source Address": "ipv6.src",
        "Destination Address": "ipv6.dst",
    },
    "Hop-by-Hop Options": {"Next Header": "ipv6.hopopts.nxt", "Hdr Ext Len": "ipv6.hopopts.len"},
    "Destination Options": {"Next Header": "ipv6.dstopts.nxt", "Hdr Ext Len": "ipv6.dstopts.len"},
    "Fragment": {
        "Next Header": "ipv6.fraghdr.nxt",
        "Fragment Offset": "ipv6.fraghdr.offset",
        "M flag": "ipv6.fraghdr.more",
        "Identification": "ipv6.fraghdr.ident",
    },
    "TCP": {
        "Source Port": "tcp.srcport",
        "Destination Port": "tcp.dstport",
        "Sequence Number": "tcp.seq_raw",
        "Acknowledgment Number": "tcp.ack_raw",
        "Window": "tcp.window_size_value",
        "Checksum": "tcp.checksum",
        "Urgent Pointer": "tcp.urgent_pointer",
    },
    "UDP": {
        "Source Port": "udp.srcport",
        "Destination Port": "udp.dstport",
        "Length": "udp.length",
        "Checksum": "udp.checksum",
    },
    "ICMP": {
        "Type": "icmp.type",
        "Code": "icmp.code",
        "Checksum": "icmp.checksum",
        "Identifier": "icmp.ident",
        "Sequence Number": "icmp.seq",
    },
    "ICMPv6": {
        "Type": "icmpv6.type",
        "Code": "icmpv6.code",
        "Checksum": "icmpv6.checksum",
        "Identifier": "icmpv6.echo.identifier",
        "Sequence Number": "icmpv6.echo.sequence_number",
        "Target Address": "icmpv6.nd.ns.target_address",
    },
    "DNS": {
        "ID": "dns.id",
        "QR": "dns.flags.response",
        "Opcode": "dns.flags.opcode",
        "AA": "dns.flags.authoritative",
        "TC": "dns.flags.truncated",
        "RD": "dns.flags.recdesired",
        "RA": "dns.flags.recavail",
        "RCODE": "dns.flags.rcode",
        "QDCOUNT": "dns.count.queries",
        "ANCOUNT": "dns.count.answers",
        "NSCOUNT": "dns.count.auth_rr",
        "ARCOUNT": "dns.count.add_rr",
    },
}
# tshark has its own name for what is the same field in an advertisement.
SECOND_NAMES = {"icmpv6.nd.ns.target_address": "icmpv6.nd.na.target_address"}
# Fields that are not whole bytes: tshark tells their bytes in ways of its own.
BIT_FIELDS = {"QR", "Opcode", "AA", "TC", "RD", "RA", "RCODE", "M flag", "Don't Fragment",
              "More Fragments"}  # fmt: skip
# tshark does not show these of a query.
RESPONSE_ONLY = {"dns.flags.authoritative", "dns.flags.recavail", "dns.flags.rcode"}
STATUS = {"IPv4": "ip", "TCP": "tcp", "UDP": "udp", "ICMP": "icmp", "ICMPv6": "icmpv6"}
FRAGMENT_UNIT = 8  # tshark 4 counts fragment offsets as the wire does, we count bytes
VERDICTS = {"0": False, "1": True, "2": None, "3": None}


@cache
def dissected(path: Path) -> list[ElementTree.Element]:
    """Return what tshark says of each packet, with reassembly off and checksums on."""
    preferences = [
        "ip.defragment:FALSE",
        "ipv6.defragment:FALSE",
        "tcp.desegment_tcp_streams:FALSE",
        "tcp.relative_sequence_numbers:FALSE",
        "ip.check_checksum:TRUE",
        "tcp.check_checksum:TRUE",
        "udp.check_checksum:TRUE",
    ]
    options = [word for preference in preferences for word in ("-o", preference)]
    said = subprocess.run(
        ["tshark", "-n", "-r", str(path), *options, "-T", "pdml"],
        check=True,
        capture_output=True,
        timeout=60,
    )
    return ElementTree.fromstring(said.stdout).findall("packet")


def seen_by_tshark(path: Path) -> Iterator[tuple[Packet, ElementTree.Element]]:
    """Return our packets beside tshark's."""
    packets = read(path).packets
    assert packets
    return zip(packets, dissected(path), strict=True)


def find(packet: ElementTree.Element, header: Header, name: str) -> ElementTree.Element | None:
    """Return tshark's field of that name within a header of ours, not one in a quoted datagram."""
    for wanted in (name, SECOND_NAMES.get(name)):
        for field in packet.iter("field"):
            place = int(field.get("pos", "0"))
            inside = header.start <= place < header.start + header.length
            if field.get("name") == wanted and inside:
                return field
    return None


def number(shown: str) -> object:
    """Return what tshark shows as a number where it is one."""
    if shown in ("True", "False"):
        return int(shown == "True")
    try:
        return int(shown, 0)
    except ValueError:
        return shown


@needs_tshark
@each_capture
def test_every_field_has_the_value_and_the_place_that_tshark_gives_it(path: Path) -> None:
    compared = 0
    for packet, theirs in seen_by_tshark(path):
        for header in packet.headers:
            for ours in header.fields:
                name = NAMES.get(header.name, {}).get(ours.name)
                if name is None:
                    continue
                field = find(theirs, header, name)
                if field is None and name in RESPONSE_ONLY and not header.field("QR").value:
                    assert not ours.value
                    continue
                assert field is not None, f"packet {packet.number}: tshark has no {name}"
                shown = number(field.get("show", ""))
                if ours.name == "Fragment Offset" and isinstance(shown, int):
                    shown *= FRAGMENT_UNIT
                assert ours.value == shown, (packet.number, name)
                if ours.name not in BIT_FIELDS:
                    place = int(field.get("pos", "0"))
                    stop = place + int(field.get("size", "0"))
                    assert (ours.start, ours.stop) == (place, stop), (packet.number, name)
                compared += 1
    assert compared > 10 * len(dissected(path))


@needs_tshark
@each_capture
def test_every_checksum_is_judged_as_tshark_judges_it(path: Path) -> None:
    for packet, theirs in seen_by_tshark(path):
        for header in packet.headers:
            name = STATUS.get(header.name)
            field = None if name is None else find(theirs, header, f"{name}.checksum.status")
            if field is not None:
                assert header.checksum_ok is VERDICTS[field.get("show", "")], packet


@needs_tshark
@each_capture
def test_tcp_flags_and_options_are_those_that_tshark_gives(path: Path) -> None:
    for packet, theirs in seen_by_tshark(path):
        tcp = packet.tcp
        if tcp is None:
            continue
        flags = find(theirs, tcp, "tcp.flags")
        assert flags is not None
        assert tcp.flags == Flags(int(flags.get("show", ""), 16) & 0xFF)
        for name, value in (
            ("tcp.options.mss_val", tcp.mss),
            ("tcp.options.wscale.shift", tcp.window_scale),
        ):
            field = find(theirs, tcp, name)
            assert value == (None if field is None else int(field.get("show", "")))
        kinds = [int(f.get("show", "")) for f in theirs.iter("field")
                 if f.get("name") == "tcp.option_kind"]  # fmt: skip
        if tcp.length < tcp.data_offset * 4:
            # Of an option cut off tshark shows the kind, we show whole options alone.
            kinds = kinds[: len(tcp.options)]
        assert [option.kind for option in tcp.options] == kinds


@needs_tshark
@each_capture
def test_payloads_are_those_that_tshark_gives(path: Path) -> None:
    for packet, theirs in seen_by_tshark(path):
        if packet.tcp is None and packet.udp is None:
            continue
        found = [field.get("value", "") for name in ("tcp.payload", "udp.payload")
                 for field in theirs.iter("field") if field.get("name") == name]  # fmt: skip
        assert packet.payload.hex() == "".join(found)


@needs_tshark
def test_dns_records_are_those_that_tshark_gives() -> None:
    names = {"A": "dns.a", "AAAA": "dns.aaaa", "CNAME": "dns.cname", "PTR": "dns.ptr.domain_name"}
    answered = set()
    for packet, theirs in seen_by_tshark(CAPTURES / "dns.pcap"):
        dns = packet.dns
        if dns is None:
            continue
        assert not packet.problems
        shown = {name: [field.get("show") for field in theirs.iter("field")
                        if field.get("name") == name]
                 for name in ("dns.qry.name", "dns.txt", *names.values())}  # fmt: skip
        assert [question.name for question in dns.questions] == shown["dns.qry.name"]
        records = dns.answers + dns.authorities + dns.additionals
        for kind, name in names.items():
            assert [r.data for r in records if r.type == kind] == shown[name]
        answered |= {record.type for record in records}
        if any(record.type == "TXT" for record in records):
            assert [r.data for r in records if r.type == "TXT"] == [
                r'"hello world" "\"a" " \\\"quoted\\\" text\""'
            ]
            assert shown["dns.txt"] == ["hello world", '"a', r' \"quoted\" text"']
    assert answered >= {"A", "AAAA", "CNAME", "MX", "TXT", "PTR", "SRV", "OPT"}


@needs_tshark
@each_capture
def test_times_and_lengths_are_those_that_tshark_gives(path: Path) -> None:
    for packet, theirs in seen_by_tshark(path):
        shown = {field.get("name"): field.get("show", "") for field in theirs.iter("field")}
        seconds, fraction = shown["frame.time_epoch"].split(".")
        assert packet.time_ns == int(seconds) * 10**9 + int(fraction.ljust(9, "0"))
        assert packet.wire_length == int(shown["frame.len"])
        assert len(packet.data) == int(shown["frame.cap_len"])


@each_capture
def test_dpkt_reads_the_same_frames_from_the_file(path: Path) -> None:
    ours = [packet.data for packet in read(path).packets]
    assert ours == [data for _, data in dpkt.pcap.Reader(BytesIO(path.read_bytes()))]


@each_capture
def test_dpkt_sees_the_same_segments_and_datagrams(path: Path) -> None:
    compared = 0
    for packet in read(path).packets:
        ip = packet.ip
        carried = packet.tcp or packet.udp
        fragmented = packet.is_later_fragment or any(h.name == "Fragment" for h in packet.headers)
        if ip is None or carried is None or fragmented or packet.problems:
            continue
        theirs = dpkt.ethernet.Ethernet(packet.data).data
        segment = theirs.data
        while not isinstance(segment, dpkt.tcp.TCP | dpkt.udp.UDP):
            segment = segment.data
        assert (segment.sport, segment.dport) == (carried.source_port, carried.destination_port)
        assert segment.sum == carried.checksum
        if packet.tcp is not None:
            assert (segment.seq, segment.ack) == (packet.tcp.sequence, packet.tcp.acknowledgment)
            assert (segment.flags, segment.win) == (packet.tcp.flags, packet.tcp.window)
            assert len(segment.opts) == packet.tcp.length - 20
        if not (packet.ipv4 is not None and packet.ipv4.more_fragments):
            assert bytes(segment.data) == packet.payload
        compared += 1
    assert compared or path.stem in ("ping", "tcp_bulk_cut_off")


@each_capture
def test_the_packets_of_a_capture_have_nothing_wrong_but_what_was_cut_off(path: Path) -> None:
    for packet in read(path).packets:
        if packet.wire_length == len(packet.data):
            assert packet.problems == ()
        else:
            assert packet.problems[0].what.startswith("Ethernet frame cut off")
        assert packet.checksums_ok
        assert decode(packet.data).headers == packet.headers
