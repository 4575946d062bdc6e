"""A packet is put in words, and in one line, as Wireshark's Info column does."""

from __future__ import annotations

import frames
import pytest
from frames import CLIENT4, CLIENT_MAC, ENDS6, SERVER4, frame
from hypothesis import given
from hypothesis import strategies as st
from packet_frames import datagram, hello, syn

from lab.wire.describe import complaint, describe, describe_data, summary
from lab.wire.packet import Question, Record, decode
from lab.wire.packet.header.number import ETHERTYPE_ARP, ICMP, ICMPV6, TCP

QUESTION = Question("server.lab.test", "A")
ANSWER = Record("server.lab.test", "A", "IN", 60, SERVER4)
WHO_HAS = frames.arp(1, (CLIENT_MAC, CLIENT4), ("00:00:00:00:00:00", SERVER4))
IS_AT = frames.arp(2, (CLIENT_MAC, CLIENT4), ("00:00:00:00:00:00", SERVER4))
ENDS = f"{CLIENT4}:40000 → {SERVER4}:15000"


def request(length: int) -> bytes:
    line = b"GET /" + b"a" * length + b" HTTP/1.1\r\n\r\n"
    return frame(frames.tcp(line, ports=(40000, 8080), flags=0x18), TCP)


@pytest.mark.parametrize(
    ("data", "kind", "said"),
    [
        (frames.ethernet(WHO_HAS, ETHERTYPE_ARP), "arp", f"ARP who has {SERVER4}?"),
        (frames.ethernet(IS_AT, ETHERTYPE_ARP), "arp", f"ARP {CLIENT4} is at {CLIENT_MAC}"),
        (frame(bytes(48), 17, fragment_offset=8), "fragment", "IP fragment 8–55 (last)"),
        (frame(bytes(48), 17, more_fragments=True), "fragment", "IP fragment 0–47"),
        (
            frame(frames.fragment(bytes(16), 17, 7, offset=8), 44, ENDS6),
            "fragment",
            "IP fragment 8–23 (last)",
        ),
        (datagram(frames.dns(1, 0x0100, [QUESTION]), port=53), "dns", "A? server.lab.test"),
        (datagram(frames.dns(1, 0x8180, [QUESTION], [ANSWER]), port=53), "dns", f"A {SERVER4}"),
        (datagram(frames.dns(1, 0x8183, [QUESTION]), port=53), "dns", "NXDOMAIN"),
        (syn(), "control", "SYN"),
        (hello(), "data", '"Hello World" 11 B'),
        (datagram(), "datagram", '"Hello" 5 B'),
        (datagram(b""), "datagram", "empty, 0 B"),
        (datagram(bytes(9)), "datagram", "9 B of data"),
        (frame(frames.icmp(syn()[14:], kind=3, code=3), ICMP), "icmp", "port unreachable"),
        (frame(frames.icmp(kind=8, rest=b"\0\1\0\7"), ICMP), "icmp", "echo request 7"),
        (
            frame(frames.icmpv6(bytes(16), kind=135), ICMPV6, ENDS6),
            "neighbour",
            "ICMPv6 neighbour solicitation",
        ),
        (
            frame(frames.icmpv6(kind=143), ICMPV6, ENDS6),
            "group",
            "ICMPv6 multicast listener report v2",
        ),
        (frame(bytes(8), 2), "group", "IGMP 42 B"),
        (frames.ethernet(b"abc", 0x88B5), "other", "ETHERNET 17 B"),
    ],
)
def test_a_packet_says_what_it_is(data: bytes, kind: str, said: str) -> None:
    found = describe(decode(data))
    assert found.kind == kind
    assert " ".join(filter(None, (found.words, found.quote, found.size))) == said


SOA = Record("lab.test", "SOA", "IN", 60, "dns.lab.test root.lab.test 1 2 3 4 5")
SERVERS = Record("test", "NS", "IN", 60, "ns.other.test")
BADVERS = Record(".", "OPT", "ANY", 1 << 24, "")


@pytest.mark.parametrize(
    ("flags", "sections", "said"),
    [
        (0x8180, [[], [SOA]], "no A record"),
        (0x8580, [[], [SOA]], "no A record"),
        (0x8183, [[], [SOA]], "NXDOMAIN"),
        (0x8180, [], "response without an answer"),
        (0x8100, [[], [SERVERS]], "referral to ns.other.test"),
        (0x8600, [], "truncated, to be asked over TCP"),
        (0x8380, [[ANSWER]], f"A {SERVER4}, truncated, to be asked over TCP"),
        (0x8180, [[], [], [BADVERS]], "BADVERS"),
        (0x8180, [[], [SOA], [BADVERS]], "BADVERS"),
        (0x8187, [[], [], [BADVERS]], "BADCOOKIE"),
        (0x8182, [], "SERVFAIL"),
        (0x8185, [], "REFUSED"),
        (0x818F, [], "RCODE15"),
        (0xA880, [], "DNS UPDATE: NOERROR"),
    ],
)
def test_a_dns_response_without_an_answer_says_why(
    flags: int, sections: list[list[Record]], said: str
) -> None:
    message = frames.dns(1, flags, [QUESTION], *sections)
    assert describe(decode(datagram(message, port=53))).words == said


def test_a_line_on_a_packet_begins_with_its_ends() -> None:
    assert summary(decode(hello())) == f'{ENDS} "Hello World" 11 B'
    assert summary(decode(frames.ethernet(WHO_HAS, ETHERTYPE_ARP))) == f"ARP who has {SERVER4}?"


def test_the_size_gives_way_before_the_line_of_a_protocol_is_cut() -> None:
    ends = ENDS.replace("15000", "8080")
    whole, bare, cut = (summary(decode(request(length))) for length in (61, 62, 66))
    assert whole == f"{ends} GET /{'a' * 61} HTTP/1.1 79 B"
    assert bare == f"{ends} GET /{'a' * 62} HTTP/1.1"
    assert cut == f"{ends} GET /{'a' * 66} HTTP/1…"


def test_a_quoted_text_is_cut_inside_its_marks() -> None:
    said = summary(decode(frame(frames.tcp(b"a" * 100, flags=0x18), TCP)))
    assert said == f'{ENDS} "{"a" * 71}…" 100 B'
    assert len(said) == len(ENDS) + 1 + 80


def test_what_is_wrong_with_a_packet_stands_at_its_end() -> None:
    spoilt = bytearray(hello())
    spoilt[-1] ^= 1
    assert summary(decode(bytes(spoilt))).endswith('"Hello Worle" 11 B bad checksum')
    assert complaint(decode(hello())) == ""
    assert complaint(decode(hello()[:-3])) == "malformed"


def test_data_that_the_capture_cut_off_are_as_long_as_on_the_wire() -> None:
    assert describe_data(b"Hello", length=900).size == "900 B"


@given(st.binary(max_size=200))
def test_any_bytes_are_put_in_words_that_no_terminal_obeys(data: bytes) -> None:
    for packet in (decode(data), decode(datagram(data)), decode(datagram(data, port=53))):
        assert summary(packet).isprintable()
