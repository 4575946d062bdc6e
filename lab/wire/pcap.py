"""Reads and writes capture files: the classic pcap format (draft-ietf-opsawg-pcap), Ethernet."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from lab.errors import CaptureUnreadable
from lab.wire.packet import Packet, decode

FILE_HEADER = 24
RECORD_HEADER = 16
ETHERNET = 1
LONGEST_PACKET = 262_144
NANOSECOND_MAGIC = 0xA1B23C4D

# The first four bytes tell the byte order, and how many nanoseconds a fraction of a second counts.
_MAGICS = {
    b"\xd4\xc3\xb2\xa1": ("<", 1000),
    b"\xa1\xb2\xc3\xd4": (">", 1000),
    b"\x4d\x3c\xb2\xa1": ("<", 1),
    b"\xa1\xb2\x3c\x4d": (">", 1),
}
_PCAPNG = b"\x0a\x0d\x0d\x0a"
_ADVICE = "capture again, or take the file from where it was made once more"


@dataclass(frozen=True, slots=True)
class Capture:
    """The packets of one tap in order, and how many the kernel dropped (None: not known).

    ``problem`` says what is wrong with the file of this capture, as a sentence.
    """

    packets: tuple[Packet, ...]
    dropped: int | None = None
    host: str | None = None
    interface: str | None = None
    problem: str | None = None


def read(
    source: bytes | str | PathLike[str],
    *,
    dropped: int | None = None,
    host: str | None = None,
    interface: str | None = None,
    most: int | None = None,
) -> Capture:
    """Return the capture in a file, given as its path or as its bytes.

    Of a file with more packets than ``most``, where that is given, only the first are decoded.
    Of a file that ends in the middle of a packet, the packets before that one are returned, and
    ``problem`` says so. Raises :class:`lab.errors.CaptureUnreadable` where no packet can be read.
    """
    if isinstance(source, bytes):
        name, data = "these bytes", source
    else:
        name = str(source)
        try:
            data = Path(source).read_bytes()
        except OSError as error:
            raise CaptureUnreadable(
                f"Read the capture {name}", f"{error.strerror}", "a path to a .pcap file"
            ) from error
    order, unit = _file_header(name, data)
    packets, problem = _packets(data, order, unit, most)
    if problem is not None and not packets:
        raise CaptureUnreadable(f"Read the capture {name}", problem, _ADVICE)
    return Capture(tuple(packets), dropped, host, interface, problem)


def _file_header(name: str, data: bytes) -> tuple[str, int]:
    """Return the byte order and the unit of fractions; refuse what is not Ethernet in pcap."""
    attempted = f"Read the capture {name}"
    if not data:
        raise CaptureUnreadable(attempted, "it is empty: 0 bytes", _ADVICE)
    if data[:4] == _PCAPNG:
        raise CaptureUnreadable(
            attempted,
            "it is in the pcapng format; only the classic pcap format is read here",
            f"editcap -F pcap {name} converted.pcap",
        )
    if data[:4] not in _MAGICS:
        seen = f"it does not begin as a pcap file does: its first bytes are {data[:4].hex(' ')}"
        raise CaptureUnreadable(attempted, seen, "a file written by this lab, tcpdump or tshark")
    if len(data) < FILE_HEADER:
        seen = f"its header is cut off: {len(data)} of {FILE_HEADER} bytes"
        raise CaptureUnreadable(attempted, seen, _ADVICE)
    order, unit = _MAGICS[data[:4]]
    # The upper 16 bits may tell of a frame check sequence.
    link_type = struct.unpack_from(order + "I", data, 20)[0] & 0xFFFF
    if link_type != ETHERNET:
        raise CaptureUnreadable(
            attempted,
            f"its packets are not Ethernet frames but of link type {link_type}",
            "capture on one interface, not on 'any' or 'lo'",
        )
    return order, unit


def _packets(
    data: bytes, order: str, unit: int, most: int | None
) -> tuple[list[Packet], str | None]:
    record = struct.Struct(order + "IIII")
    size = len(data)
    packets: list[Packet] = []
    at = FILE_HEADER
    while at < size and len(packets) != most:
        number = len(packets) + 1
        if size - at < RECORD_HEADER:
            have = size - at
            return (
                packets,
                f"it ends within packet {number}: {have} of {RECORD_HEADER} bytes of its header",
            )
        seconds, fraction, length, wire_length = record.unpack_from(data, at)
        at += RECORD_HEADER
        if length > LONGEST_PACKET:
            return packets, f"it is damaged at packet {number}, which claims {length} bytes"
        if size - at < length:
            return packets, f"it ends within packet {number}: {size - at} of {length} bytes"
        time_ns = seconds * 1_000_000_000 + fraction * unit
        packet = decode(
            data[at : at + length], time_ns=time_ns, number=number, wire_length=wire_length
        )
        packets.append(packet)
        at += length
    return packets, None


def encode(packets: Iterable[Packet]) -> bytes:
    """Return a capture file's bytes: little-endian, times in nanoseconds."""
    parts = [struct.pack("<IHHiIII", NANOSECOND_MAGIC, 2, 4, 0, 0, LONGEST_PACKET, ETHERNET)]
    for packet in packets:
        seconds, fraction = divmod(packet.time_ns, 1_000_000_000)
        sizes = len(packet.data), packet.wire_length
        parts += (struct.pack("<IIII", seconds, fraction, *sizes), packet.data)
    return b"".join(parts)


def write(path: str | PathLike[str], packets: Iterable[Packet]) -> None:
    """Write a capture file that tcpdump and Wireshark open; raises :class:`OSError`."""
    Path(path).write_bytes(encode(packets))
