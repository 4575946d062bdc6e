"""Reads a capture file of any writer: classic pcap or pcapng, of one interface or several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from lab.errors import CaptureUnreadable
from lab.wire import pcap
from lab.wire.packet import Packet
from lab.wire.packet.link.cooked import OUTGOING
from lab.wire.pcap import Capture
from lab.wire.pcapng.read import Reading, Seen


@dataclass(frozen=True)
class CaptureFile:
    """What a file holds: a capture for each interface that saw anything, names by address.

    ``problem`` says where the file is damaged; the captures have what comes before.
    """

    captures: tuple[Capture, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    problem: str | None = None


def read_file(path: Path, *, most: int | None = None) -> CaptureFile:
    """Return what a file holds, of at most so many packets.

    Raises :class:`lab.errors.CaptureUnreadable` where the file cannot be opened, is no capture
    file, or is damaged before its first packet.
    """
    data = pcap.content(path)
    if data[:4] != pcap.PCAPNG:
        capture = pcap.read(data, name=str(path), most=most)
        return CaptureFile((directed(capture),), problem=capture.problem)
    reading = Reading(data, most)
    if reading.problem is not None and not reading.count:
        raise CaptureUnreadable(f"Read the capture {path}", reading.problem, pcap.ADVICE)
    captures = tuple(_capture(seen) for seen in reading.seen if seen.packets)
    return CaptureFile(captures, reading.names, reading.problem)


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
