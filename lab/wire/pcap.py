"""Reads and writes capture files in the classic pcap format (draft-ietf-opsawg-pcap)."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import BinaryIO

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
PCAPNG = b"\x0a\x0d\x0d\x0a"
ADVICE = "capture again, or take the file from where it was made once more"


@dataclass(frozen=True, slots=True)
class Capture:
    """The packets of one tap in order, and how many the kernel dropped (None: not known).

    ``problem`` says what is wrong with the file of this capture, as a sentence. ``outgoing`` are
    the numbers of the packets that the host sent, where the file says that (None: it does not).
    A capture ``elsewhere`` was not made at its host: whatever is in it has passed by, and may have
    been lost further on. ``file`` is the name of the file that somebody else made it as.
    """

    packets: tuple[Packet, ...]
    dropped: int | None = None
    host: str | None = None
    interface: str | None = None
    problem: str | None = None
    outgoing: tuple[int, ...] | None = None
    elsewhere: bool = False
    file: str = ""


def read(
    source: bytes | str | PathLike[str] | BinaryIO,
    *,
    dropped: int | None = None,
    host: str | None = None,
    interface: str | None = None,
    most: int | None = None,
    most_bytes: int | None = None,
    first: int = 1,
    name: str = "",
) -> Capture:
    """Return the capture in a file: its path, the opened file, or its bytes (and a ``name``).

    It is read packet by packet. Where it has more than ``most`` packets, or these hold more than
    ``most_bytes``, only the first are read; an opened file then stands behind them.
    ``first`` is the number of the first packet, for a file that goes on where another ended.
    Of a file that ends in the middle of a packet, the packets before that one are returned, and
    ``problem`` says so. Raises :class:`lab.errors.CaptureUnreadable` where no packet can be read.
    """
    if isinstance(source, str | PathLike):
        with opened(Path(source)) as file:
            return read(
                file,
                dropped=dropped,
                host=host,
                interface=interface,
                most=most,
                most_bytes=most_bytes,
                first=first,
                name=name or str(source),
            )
    stream: BinaryIO = io.BytesIO(source) if isinstance(source, bytes) else source
    name = name or "these bytes"
    order, unit, link_type = _file_header(name, stream.read(FILE_HEADER))
    packets, problem = _packets(stream, order, unit, (most, most_bytes), link_type, first)
    if problem is not None and not packets:
        raise CaptureUnreadable(f"Read the capture {name}", problem, ADVICE)
    return Capture(tuple(packets), dropped, host, interface, problem)


@contextmanager
def opened(path: Path) -> Iterator[io.BufferedReader]:
    """Open a file to be read; raises :class:`lab.errors.CaptureUnreadable` where that fails."""
    try:
        with path.open("rb") as stream:
            yield stream
    except OSError as error:
        raise CaptureUnreadable(
            f"Read the capture {path}", f"{error.strerror}", "a path to a .pcap file"
        ) from error


def _file_header(name: str, data: bytes) -> tuple[str, int, int]:
    """Return the byte order, the unit of fractions and the link type; refuse what is no pcap."""
    attempted = f"Read the capture {name}"
    if not data:
        raise CaptureUnreadable(attempted, "it is empty: 0 bytes", ADVICE)
    if data[:4] == PCAPNG:
        raise CaptureUnreadable(
            attempted,
            "it is in the pcapng format, which may have several captures",
            f"lab read {name}; or editcap -F pcap {name} converted.pcap",
        )
    if data[:4] not in _MAGICS:
        seen = f"it does not begin as a pcap file does: its first bytes are {data[:4].hex(' ')}"
        raise CaptureUnreadable(attempted, seen, "a file written by this lab, tcpdump or tshark")
    if len(data) < FILE_HEADER:
        seen = f"its header is cut off: {len(data)} of {FILE_HEADER} bytes"
        raise CaptureUnreadable(attempted, seen, ADVICE)
    order, unit = _MAGICS[data[:4]]
    # The upper 16 bits may tell of a frame check sequence.
    return order, unit, struct.unpack_from(order + "I", data, 20)[0] & 0xFFFF


def _packets(
    stream: BinaryIO,
    order: str,
    unit: int,
    most: tuple[int | None, int | None],
    link_type: int,
    first: int,
) -> tuple[list[Packet], str | None]:
    record = struct.Struct(order + "IIII")
    packets: list[Packet] = []
    kept = 0
    while len(packets) != most[0] and (most[1] is None or kept < most[1]):
        number = first + len(packets)
        header = stream.read(RECORD_HEADER)
        if not header:
            break
        if len(header) < RECORD_HEADER:
            have = len(header)
            return (
                packets,
                f"it ends within packet {number}: {have} of {RECORD_HEADER} bytes of its header",
            )
        seconds, fraction, length, wire_length = record.unpack(header)
        if length > LONGEST_PACKET:
            return packets, f"it is damaged at packet {number}, which claims {length} bytes"
        data = stream.read(length)
        if len(data) < length:
            return packets, f"it ends within packet {number}: {len(data)} of {length} bytes"
        time_ns = seconds * 1_000_000_000 + fraction * unit
        packet = decode(
            data,
            time_ns=time_ns,
            number=number,
            wire_length=wire_length,
            link_type=link_type,
        )
        packets.append(packet)
        kept += length
    return packets, None


def encode(packets: Iterable[Packet]) -> bytes:
    """Return a capture file's bytes: little-endian, times in nanoseconds."""
    parts = [struct.pack("<IHHiIII", NANOSECOND_MAGIC, 2, 4, 0, 0, LONGEST_PACKET, ETHERNET)]
    for packet in packets:
        parts += (record_head(packet.time_ns, packet.wire_length, packet.data), packet.data)
    return b"".join(parts)


def record_head(time_ns: int, wire_length: int, data: bytes) -> bytes:
    """Return what precedes the bytes of a packet in such a file."""
    seconds, fraction = divmod(time_ns, 1_000_000_000)
    return struct.pack("<IIII", seconds, fraction, len(data), wire_length)


def record_taken_apart(head: bytes, at: int) -> tuple[int, int, int]:
    """Return what such a head says: when, in ns, the length on the wire, and that of the data."""
    seconds, fraction, length, wire_length = struct.unpack_from("<IIII", head, at)
    return seconds * 1_000_000_000 + fraction, wire_length, length


def write(path: str | PathLike[str], packets: Iterable[Packet]) -> None:
    """Write a capture file that tcpdump and Wireshark open; raises :class:`OSError`."""
    Path(path).write_bytes(encode(packets))
