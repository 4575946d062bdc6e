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
from typing import IO

from lab.live.frames import Frame
from lab.wire.pcap import encode, record_head

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


@dataclass
class _Piece:
    """A file with some of a host's packets: how many, how large, and when the last one was."""

    file: IO[bytes]
    packets: int = 0
    size: int = 0
    last_ns: int = 0

    def append(self, content: bytes, packets: int, last_ns: int) -> None:
        """Append packets; raises OSError where the disk has no room, and none of them stays."""
        self.file.seek(self.size)
        if self.file.write(content) != len(content):
            raise OSError(errno.ENOSPC, "the disk is full")
        self.size += len(content)
        self.packets += packets
        self.last_ns = max(self.last_ns, last_ns)


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
                pieces[-1].append(content, len(frames), frames[-1].time_ns)
            except OSError:
                self.forgotten[host] = self.forgotten.get(host, 0) + len(frames)
                return
            self._give_up(host, pieces[-1].last_ns)

    def read(self, host: str) -> Iterator[bytes] | None:
        """Return a host's capture, in parts, as a file that Wireshark opens; None without one."""
        with self._lock:
            if host not in self._pieces:
                return None
            # Another handle on each: it is read also where the piece is given up meanwhile.
            held = [(os.dup(each.file.fileno()), each.size) for each in self._pieces[host]]
        return _parts(held)

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


def _parts(held: list[tuple[int, int]]) -> Iterator[bytes]:
    """Yield a capture file's head and what these files hold; close them, however that ends."""
    try:
        yield encode([])
        for number, size in held:
            for at in range(0, size, AT_ONCE):
                yield os.pread(number, min(AT_ONCE, size - at), at)
    finally:
        for number, _ in held:
            os.close(number)
