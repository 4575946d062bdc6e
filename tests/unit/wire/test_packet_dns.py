"""DNS messages, honest and hostile ones."""

from __future__ import annotations

import struct

import pytest
from frames import frame, tcp
from packet_frames import datagram

from lab.wire.packet import Dns, Question, Record, decode

ANSWER = bytes.fromhex(
    "1234 8580 0001 0002 0000 0000"  # a response, authoritative, one question, two answers
    "03777777 036c6162 0474657374 00 0001 0001"  # www.lab.test, A, IN
    "c00c 0005 0001 0000003c 0009 06736572766572 c010"  # www.lab.test CNAME server.lab.test
    "c02a 0001 0001 0000003c 0004 0a4d0014"  # server.lab.test A 10.77.0.20
)


def message_of(data: bytes) -> Dns:
    dns = decode(datagram(data, port=53)).dns
    assert dns is not None
    return dns


def over_tcp(data: bytes) -> bytes:
    return frame(tcp(data, ports=(53, 40000), flags=0x18), 6)


def test_a_response_with_compressed_names_is_read() -> None:
    dns = message_of(ANSWER)
    assert (dns.id, dns.qr, dns.aa, dns.rcode_name, dns.opcode_name) == (
        0x1234, True, True, "NOERROR", "QUERY",
    )  # fmt: skip
    assert dns.questions == (Question("www.lab.test", "A", "IN"),)
    assert dns.answers == (
        Record("www.lab.test", "CNAME", "IN", 60, "server.lab.test"),
        Record("server.lab.test", "A", "IN", 60, "10.77.0.20"),
    )
    assert dns.problems == ()
    fields = [(field.name, field.text) for field in dns.fields[-3:]]
    assert fields == [
        ("Question", "www.lab.test A"),
        ("Answer", "www.lab.test CNAME server.lab.test"),
        ("Answer", "server.lab.test A 10.77.0.20"),
    ]


def test_the_payload_of_a_dns_datagram_is_the_whole_message() -> None:
    packet = decode(datagram(ANSWER, port=53))
    assert packet.payload == ANSWER
    assert packet.payload_start == 42
    assert packet.protocol == "udp"


def test_a_whole_message_over_tcp_is_read_after_its_length() -> None:
    packet = decode(over_tcp(struct.pack("!H", len(ANSWER)) + ANSWER))
    assert packet.dns is not None
    assert packet.dns.start == packet.payload_start + 2
    assert packet.dns.answers[1].data == "10.77.0.20"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00",
        b"\x00\x05hello, world",
        struct.pack("!H", len(ANSWER)) + ANSWER[:-1],
        ANSWER[2:],
    ],
)
def test_a_message_over_tcp_that_is_not_whole_is_left_alone(data: bytes) -> None:
    packet = decode(over_tcp(data))
    assert packet.dns is None
    assert packet.problems == ()


def test_a_message_shorter_than_its_header_is_a_problem() -> None:
    packet = decode(datagram(ANSWER[:11], port=53))
    assert packet.dns is None
    assert packet.problems[0].what == "DNS header cut off: 11 of 12 bytes captured"


def test_a_message_cut_off_keeps_what_is_whole() -> None:
    dns = message_of(ANSWER[:-1])
    assert [record.type for record in dns.answers] == ["CNAME"]
    assert dns.problems[0].what == "Answer 2 of 2 in the DNS message is broken or cut off"


@pytest.mark.parametrize(
    "name",
    [
        "c00c",  # points at itself
        "c00e c00c",  # points at the next pointer, which points back
        "0161 c00c",  # a label and then itself again
        "c0ff",  # points behind the end
        "c012 0001 0001 0161 00",  # points forwards, to a name that is whole
        "40" + "61" * 64 + "00",  # a label of 64 bytes
        "c0",  # half a pointer
        "40 61",  # a length of the reserved kind
        "3f 6162",  # a label longer than the message
        "3f" + "61" * 63 + "3f" + "61" * 63 + "3f" + "61" * 63 + "3f" + "61" * 63 + "00",
    ],
)
def test_a_name_that_loops_or_breaks_off_is_a_problem(name: str) -> None:
    message = struct.pack("!6H", 1, 0, 1, 0, 0, 0) + bytes.fromhex(name)
    message += bytes((0, 1, 0, 1))
    dns = message_of(message)
    assert dns.questions == ()
    assert len(dns.problems) == 1


@pytest.mark.parametrize(("pointers", "names"), [(100, [".", "a"]), (4000, ["."])])
def test_a_chain_of_pointers_is_followed_so_far_and_no_further(
    pointers: int, names: list[str]
) -> None:
    name = 12 + 11
    first = name + 3
    places = [name, *range(first, first + 2 * (pointers - 1), 2)]
    chain = b"\x01a\x00" + b"".join(struct.pack("!H", 0xC000 | place) for place in places)
    holding_chain = b"\x00" + struct.pack("!HHIH", 999, 1, 0, len(chain)) + chain
    pointing = struct.pack("!HHHIH", 0xC000 | first + 2 * (pointers - 2), 999, 1, 0, 0)
    dns = message_of(struct.pack("!6H", 1, 0x8000, 0, 2, 0, 0) + holding_chain + pointing)
    assert [record.name for record in dns.answers] == names
    assert len(dns.problems) == 2 - len(names)


def test_a_message_that_announces_more_than_it_has_ends_at_its_end() -> None:
    dns = message_of(struct.pack("!6H", 1, 0, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF))
    assert dns.questions == ()
    assert dns.problems[0].what == "Question 1 of 65535 in the DNS message is broken or cut off"


def test_dots_and_unprintable_bytes_within_a_label_are_escaped() -> None:
    message = struct.pack("!6H", 1, 0, 1, 0, 0, 0) + b"\x04a.\\\x07\x00" + bytes((0, 1, 0, 1))
    assert message_of(message).questions[0].name == r"a\.\\\007"


@pytest.mark.parametrize(
    ("number", "data", "shown"),
    [
        (1, "0a4d00", "0a4d00"),
        (28, "0a4d0014", "0a4d0014"),
        (5, "0161", "0161"),
        (6, "00 00 00000001", "000000000001"),
        (15, "000a", "000a"),
        (15, "000a 0161 00", "10 a"),
        (16, "05 616263", "05616263"),
        (16, "03 616263 01 22", '"abc" "\\""'),
        (64, "0102", "0102"),
    ],
)
def test_data_that_does_not_fit_its_type_is_shown_as_bytes(
    number: int, data: str, shown: str
) -> None:
    packed = bytes.fromhex(data)
    record = b"\x00" + struct.pack("!HHIH", number, 1, 5, len(packed)) + packed
    dns = message_of(struct.pack("!6H", 1, 0x8000, 0, 1, 0, 0) + record)
    assert [answer.data for answer in dns.answers] == [shown]
    assert dns.answers[0].name == "."


def test_numbers_without_a_name_are_shown_as_numbers() -> None:
    record = b"\x00" + struct.pack("!HHIH", 999, 4096, 5, 0)
    dns = message_of(struct.pack("!6H", 1, 0x8000 | 9 << 11 | 15, 0, 1, 0, 0) + record)
    assert (dns.answers[0].type, dns.answers[0].record_class) == ("TYPE999", "CLASS4096")
    assert (dns.opcode_name, dns.rcode_name) == ("OPCODE9", "RCODE15")
