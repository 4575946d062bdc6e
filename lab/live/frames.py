"""What a stream in a host tells (:mod:`lab.hosts.agent.stream`), as values."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

HEAD = struct.Struct(">cI")
FRAME = struct.Struct(">BBqI")
TIME = struct.Struct(">q")
LONGEST = 1 << 20
"""Bytes of a record; what claims more is none of ours."""


class Frame(NamedTuple):
    """A frame at a host's card; ``time_ns`` is the kernel's (epoch nanoseconds)."""

    host: str
    network: str
    outgoing: bool
    time_ns: int
    wire_length: int
    data: bytes


@dataclass
class Told:
    """What one piece of a stream told: frames, rows of the socket table, how many were lost.

    ``guards`` are what is done to the host now; None where this piece says nothing of that.

    ``began_ns`` is from when it tells of all frames, ``upto_ns`` up to when it has; 0 where this
    piece says nothing of that.
    """

    frames: list[Frame] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)
    lost: int = 0
    began_ns: int = 0
    upto_ns: int = 0
    guards: list[str] | None = None


class Records:
    """Reads the stream of one host, piece by piece."""

    def __init__(self, host: str, networks: list[str]) -> None:
        """``networks`` are those of the host's cards, in the order in which it was told them."""
        self._host = host
        self._networks = networks
        self._unread = bytearray()

    def take(self, piece: bytes) -> Told:
        """Return what this piece completes; raises ValueError for what no stream of ours says."""
        self._unread += piece
        told = Told()
        try:
            self._take(told)
        except (struct.error, IndexError, TypeError) as error:
            raise ValueError(f"a record of another shape: {error}") from error
        return told

    def _take(self, told: Told) -> None:
        for kind, body in self._whole():
            if kind == b"F":
                card, outgoing, time_ns, length = FRAME.unpack_from(body)
                network = self._networks[card]
                data = body[FRAME.size :]
                told.frames.append(
                    Frame(self._host, network, bool(outgoing), time_ns, length, data)
                )
            elif kind == b"S":
                told.rows += json.loads(body)
            elif kind == b"L":
                told.lost += int(json.loads(body))
            elif kind == b"G":
                told.guards = [str(each) for each in json.loads(body)]
            elif kind == b"B":
                (told.began_ns,) = TIME.unpack(body)
            elif kind == b"U":
                (told.upto_ns,) = TIME.unpack(body)
            else:
                raise ValueError(f"a record of kind {kind!r}")

    def _whole(self) -> Iterator[tuple[bytes, bytes]]:
        unread, at = bytes(self._unread), 0
        try:
            while len(unread) - at >= HEAD.size:
                kind, length = HEAD.unpack_from(unread, at)
                if length > LONGEST:
                    raise ValueError(f"a record of {length} bytes")
                if len(unread) - at < HEAD.size + length:
                    return
                start = at + HEAD.size
                at = start + length
                yield kind, unread[start:at]
        finally:
            del self._unread[:at]
