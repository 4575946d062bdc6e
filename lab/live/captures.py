"""Captures of all that crossed at each host, on disk: the last minute whole, and more if it fits.

They are files without a name, which end with the process.
"""

from __future__ import annotations

import errno
import os
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, NamedTuple

from lab.live.frames import Frame
from lab.wire.pcap import RECORD_HEADER, encode, record_head, record_taken_apart

PIECE = 8 << 20
"""Bytes of a capture after which another file is begun: the oldest file is given up as a whole."""

USUAL = 32 << 20
"""Bytes of a host's capture that are kept however old they are."""

MINUTE_NS = 60_000_000_000
"""What is kept in any case, unless all captures are too much for the disk."""

MOST = 1 << 30
"""Bytes of all captures together."""

AT_ONCE = 1 << 20
"""Bytes that are read at once."""


class Taken(NamedTuple):
    """A packet of a capture: when it was at the host's card, its length there, and its bytes."""

    time_ns: int
    wire_length: int
    data: bytes


@dataclass
class _Piece:
    """A file with some of a host's packets: how many, how large, and from when until when."""

    file: IO[bytes]
    packets: int = 0
    size: int = 0
    first_ns: int = 0
    last_ns: int = 0

    def append(self, content: bytes, packets: int, first_ns: int, last_ns: int) -> None:
        """Append packets; raises OSError where the disk has no room, and none of them stays."""
        self.file.seek(self.size)
        if self.file.write(content) != len(content):
            raise OSError(errno.ENOSPC, "the disk is full")
        self.size += len(content)
        self.first_ns = min(self.first_ns or first_ns, first_ns)
        self.packets += packets
        self.last_ns = max(self.last_ns, last_ns)


class _Held:
    """Another handle on a piece, which is read also where the piece is given up meanwhile.

    It ends with the last who has it: a reader may leave before it has begun.
    """

    def __init__(self, piece: _Piece) -> None:
        self._descriptor, self._size = os.dup(piece.file.fileno()), piece.size

    def __del__(self) -> None:
        os.close(self._descriptor)

    def read(self) -> Iterator[bytes]:
        """Yield what was in it when the handle was made."""
        for at in range(0, self._size, AT_ONCE):
            yield os.pread(self._descriptor, min(AT_ONCE, self._size - at), at)


class Captures:
    """Everything that crossed at each host, as far as it is kept."""

    def __init__(self) -> None:
        self._pieces: dict[str, deque[_Piece]] = {}
        self._lock = threading.Lock()
        self.forgotten: dict[str, int] = {}
        """How many packets of each host are no longer there."""

    def add(self, host: str, frames: list[Frame]) -> None:
        """Append frames to a host's capture; what a full disk does not take counts as forgotten."""
        content = b"".join(
            record_head(each.time_ns, each.wire_length, each.data) + each.data for each in frames
        )
        with self._lock:
            pieces = self._pieces.setdefault(host, deque())
            try:
                if not pieces or pieces[-1].size > PIECE:
                    pieces.append(_Piece(TemporaryFile(buffering=0)))  # noqa: SIM115 - kept open
                first_ns, last_ns = frames[0].time_ns, frames[-1].time_ns
                pieces[-1].append(content, len(frames), first_ns, last_ns)
            except OSError:
                self.forgotten[host] = self.forgotten.get(host, 0) + len(frames)
                return
            self._give_up(host, pieces[-1].last_ns)

    def read(self, host: str) -> Iterator[bytes] | None:
        """Return a host's capture, in parts, as a file that Wireshark opens; None without one."""
        with self._lock:
            if host not in self._pieces:
                return None
            held = [_Held(each) for each in self._pieces[host]]
        return _parts(held)

    def between(self, first_ns: int, last_ns: int) -> dict[str, Iterator[Taken]]:
        """Return each host's packets from one time to another, both included, as far as kept."""
        with self._lock:
            held = {
                host: [
                    _Held(each)
                    for each in pieces
                    if each.first_ns <= last_ns and each.last_ns >= first_ns
                ]
                for host, pieces in self._pieces.items()
            }
        return {
            host: (each for each in _taken(own) if first_ns <= each.time_ns <= last_ns)
            for host, own in held.items()
        }

    def close(self) -> None:
        """Give the files up."""
        with self._lock:
            for pieces in self._pieces.values():
                for each in pieces:
                    each.file.close()
            self._pieces.clear()

    def _give_up(self, host: str, now_ns: int) -> None:
        """Give up the oldest pieces: of this host what is old, of all what is too much."""
        own = self._pieces[host]
        while len(own) > 1 and _size(own) > USUAL and own[0].last_ns < now_ns - MINUTE_NS:
            self._give_up_oldest(host)
        while sum(map(_size, self._pieces.values())) > MOST:
            self._give_up_oldest(max(self._pieces, key=lambda each: _size(self._pieces[each])))

    def _give_up_oldest(self, host: str) -> None:
        oldest = self._pieces[host].popleft()
        oldest.file.close()
        self.forgotten[host] = self.forgotten.get(host, 0) + oldest.packets


def _size(pieces: deque[_Piece]) -> int:
    return sum(each.size for each in pieces)


def _parts(held: list[_Held]) -> Iterator[bytes]:
    """Yield a capture file's head and what these pieces hold."""
    yield encode([])
    for each in held:
        yield from each.read()


def _taken(held: list[_Held]) -> Iterator[Taken]:
    """Yield the packets that these pieces hold."""
    for each in held:
        unread = b""
        for part in each.read():
            unread += part
            start = 0
            while len(unread) - start >= RECORD_HEADER:
                time_ns, wire_length, length = record_taken_apart(unread, start)
                stop = start + RECORD_HEADER + length
                if stop > len(unread):
                    break
                yield Taken(time_ns, wire_length, unread[start + RECORD_HEADER : stop])
                start = stop
            unread = unread[start:]
