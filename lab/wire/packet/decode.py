"""From the bytes of a frame to a packet."""

from __future__ import annotations

from lab.wire.packet.header.field import cut_off
from lab.wire.packet.link_reader import ETHERNET, LinkReader
from lab.wire.packet.packet import Packet


def decode(
    data: bytes,
    *,
    time_ns: int = 0,
    number: int = 0,
    wire_length: int | None = None,
    link_type: int = ETHERNET,
) -> Packet:
    """Return the packet in the bytes of a frame; it raises nothing, whatever the bytes.

    ``time_ns`` is in nanoseconds since the epoch, ``number`` counts from 1 within a capture,
    ``wire_length`` is the frame's length on the wire, if the capture kept less of the frame.
    ``link_type`` says how the frame begins (https://www.tcpdump.org/linktypes.html).
    """
    reader = LinkReader(data)
    if wire_length is None:
        wire_length = len(data)
    elif wire_length > len(data):
        reader.problems.append(cut_off("Ethernet", 0, len(data), wire_length, "frame"))
    start = reader.link(link_type)
    span = start, reader.stop
    return Packet(data, reader.headers, reader.problems, span, time_ns, number, wire_length)
