"""What the bytes of an Ethernet frame say: whose TCP socket it is for, or that it is a marker."""

from __future__ import annotations

import socket
import struct

from lab.hosts.agent.sockets import Ends

MARKER = 0x88B5
"""IEEE 802's ethertype for local experiments: the lab's marker frames."""

MARKER_BYTES = MARKER.to_bytes(2, "big")
MAGIC = b"socketlab marker "
"""What a marker's data begins with; the length of its token and the token follow."""

EVERYBODY = "ff:ff:ff:ff:ff:ff"
"""The hardware address of all on a link."""


def marker(to: str, sender: bytes, token: bytes) -> bytes:
    """Return a marker frame with this token, from one hardware address to another."""
    head = bytes.fromhex(to.replace(":", "")) + sender + MARKER_BYTES
    return (head + MAGIC + bytes([len(token)]) + token).ljust(60, b"\0")


def is_marker(frame: bytes) -> bool:
    """Return whether a frame is one of the lab's markers."""
    return frame[12:14] == MARKER_BYTES and frame[14:].startswith(MAGIC)


def token_of(frame: bytes) -> bytes:
    """Return the token of a marker frame."""
    start = 14 + len(MAGIC) + 1
    return frame[start : start + frame[start - 1]]


def ends_of(frame: bytes, outgoing: bool) -> Ends | None:
    """Return (local ip, port, remote ip, port) of a TCP frame, or None for anything else."""
    kind = frame[12:14]
    if kind == b"\x08\x00" and len(frame) >= 38 and frame[23] == 6:
        if frame[20] & 0x1F or frame[21]:
            return None
        at = 14 + (frame[14] & 15) * 4
        family, length = socket.AF_INET, 4
    elif kind == b"\x86\xdd" and len(frame) >= 58 and frame[20] == 6:
        at, family, length = 54, socket.AF_INET6, 16
    else:
        return None
    if len(frame) < at + 4:
        return None
    first = 26 if length == 4 else 22
    source = socket.inet_ntop(family, frame[first : first + length])
    destination = socket.inet_ntop(family, frame[first + length : first + 2 * length])
    source_port, destination_port = struct.unpack_from("!HH", frame, at)
    if outgoing:
        return source, source_port, destination, destination_port
    return destination, destination_port, source, source_port
