"""Reads a capture file of any writer: classic pcap or pcapng, of one interface or several."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from lab.errors import CaptureUnreadable
from lab.wire import pcap
from lab.wire.packet import Packet
from lab.wire.packet.link.cooked import OUTGOING
from lab.wire.pcap import Capture
from lab.wire.pcapng.read import Reading, Seen

MOST_BYTES = 1 << 26
"""Bytes of packets that are read of one file; a decoded packet takes a few times as much memory."""


@dataclass(frozen=True)
class CaptureFile:
    """What a file holds: a capture for each interface that saw anything, names by address.

    ``problem`` says where the file is damaged; the captures have what comes before. ``unread`` is
    how many bytes behind the last packet were not read, None where nobody knows (a pipe).
    """

    captures: tuple[Capture, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    problem: str | None = None
    unread: int | None = 0


def read_file(path: Path, *, most: int | None = None, most_bytes: int = MOST_BYTES) -> CaptureFile:
    """Return what a file holds, of at most so many packets, and of so many bytes in them.

    It is read packet by packet, so that what is behind these takes neither memory nor time. Raises
    :class:`lab.errors.CaptureUnreadable` where the file cannot be opened, is no capture file, or is
    damaged before its first packet.
    """
    with pcap.opened(path) as stream:
        if stream.peek(4)[:4] != pcap.PCAPNG:
            capture = pcap.read(stream, name=str(path), most=most, most_bytes=most_bytes)
            unread = 0 if capture.problem else _unread(stream)
            return CaptureFile((directed(capture),), problem=capture.problem, unread=unread)
        reading = Reading(stream, most, most_bytes)
        if reading.problem is not None and not reading.count:
            raise CaptureUnreadable(f"Read the capture {path}", reading.problem, pcap.ADVICE)
        captures = tuple(_capture(seen) for seen in reading.seen if seen.packets)
        unread = 0 if reading.problem else _unread(stream)
        return CaptureFile(captures, reading.names, reading.problem, unread)


def _unread(stream: io.BufferedReader) -> int | None:
    """Return how many bytes of a file have not been read; None where only that there are some."""
    status = os.fstat(stream.fileno())
    if stat.S_ISREG(status.st_mode):
        return max(status.st_size - stream.tell(), 0)
    return None if stream.peek(1) else 0


def directed(capture: Capture) -> Capture:
    """Return a capture with what its packets' cooked headers say of their direction."""
    if not capture.packets or not all(each.cooked or each.cooked2 for each in capture.packets):
        return capture
    return replace(capture, outgoing=tuple(e.number for e in capture.packets if _is_sent(e)))


def _is_sent(packet: Packet) -> bool:
    header = packet.cooked or packet.cooked2
    return header is not None and header.packet_type == OUTGOING


def _capture(seen: Seen) -> Capture:
    packets = tuple(seen.packets)
    name = seen.name or None
    if len(seen.told) == len(packets):
        leaving = tuple(sorted(seen.leaving))
        return Capture(packets, seen.dropped, interface=name, outgoing=leaving)
    return directed(Capture(packets, seen.dropped, interface=name))
