"""Read what programs print in a process of its own, so that each line gets its true time.

In the agent's own process the tap and the channel hold the interpreter. While packets flowed, a
reader thread there ran up to a hundred milliseconds late, and a line was put behind packets that it
preceded.
"""

from __future__ import annotations

import os
import select
import socket
import struct
import threading
import time
from collections.abc import Iterator

RECORD = struct.Struct("=BQI")
"""Which stream (1 stdout, 2 stderr), when in ns since the epoch, how many bytes follow; no bytes
say that the stream has ended."""

PIECE = 65536


def group_of(program: int) -> int:
    """Return the number of the group that only this program of the agent's is in."""
    return 60_000 + program % 5_000


def pipe(program: int, mode: int) -> tuple[int, int]:
    """Return a pipe (pipe2(2)) whose end a program may open by name, as ``/dev/stdout``.

    No other program may, though all are the same user's: one could say what another never said.
    """
    ends = os.pipe2(mode)
    os.fchown(ends[1], -1, group_of(program))
    os.fchmod(ends[1], 0o620)
    return ends


class Reader:
    """The reading process. It ends when the agent ends."""

    def __init__(self) -> None:
        """Fork the process: it uses no lock that another thread of the agent may hold."""
        self._handing_over = threading.Lock()
        self._control, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.pid = os.fork()
        if self.pid == 0:
            try:
                _keep_only(its.fileno())
                _serve(its)
            finally:
                os._exit(0)
        its.close()

    def read(self, stdout: int, stderr: int) -> int:
        """Have these two pipes read from now on; return a pipe of the records of both.

        The caller closes its own descriptors of all three. Raises OSError where the process is
        gone.
        """
        records, writing = os.pipe()
        try:
            with self._handing_over:
                socket.send_fds(self._control, [b"."], [stdout, stderr, writing])
        except OSError:
            os.close(records)
            raise
        finally:
            os.close(writing)
        return records


def split(waiting: bytearray) -> Iterator[tuple[int, int, bytes]]:
    """Take the complete records (stream, time, bytes) off the front of a buffer."""
    while len(waiting) >= RECORD.size:
        stream, time_ns, length = RECORD.unpack_from(waiting)
        end = RECORD.size + length
        if len(waiting) < end:
            return
        data = bytes(waiting[RECORD.size : end])
        del waiting[:end]
        yield stream, time_ns, data


def _keep_only(descriptor: int) -> None:
    """Close inherited files: a channel that this process kept open would never end."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    for other in map(int, os.listdir("/proc/self/fd")):  # noqa: PTH208 - no path is wanted
        if other > 2 and other != descriptor:
            try:
                os.close(other)
            except OSError:
                continue


def _serve(control: socket.socket) -> None:
    poll = select.poll()
    poll.register(control, select.POLLIN)
    sources: dict[int, tuple[int, int]] = {}
    while True:
        for number, _ in poll.poll():
            if number == control.fileno():
                message, given, _, _ = socket.recv_fds(control, 1, 3)
                if not message:
                    return
                stdout, stderr, records = given
                sources |= {stdout: (1, records), stderr: (2, records)}
                poll.register(stdout, select.POLLIN)
                poll.register(stderr, select.POLLIN)
                continue
            stream, records = sources[number]
            data = os.read(number, PIECE)
            stamp = time.time_ns()  # not before: while it reads, more may be printed
            if not _write(records, RECORD.pack(stream, stamp, len(data)) + data) or not data:
                poll.unregister(number)
                os.close(number)
                del sources[number]
                if all(other != records for _, other in sources.values()):
                    os.close(records)


def _write(descriptor: int, data: bytes) -> bool:
    """Write all of it; False where the reading end is closed."""
    try:
        while data:
            data = data[os.write(descriptor, data) :]
    except OSError:
        return False
    return True
