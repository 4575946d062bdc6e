"""Send echo requests, and print each answer with its time (ms), in the order of their coming.

    python3 echoes.py ADDRESS COUNT PAUSE SIZE EXPECTED

Ends when EXPECTED answers have come, or when it has been quiet for long. (ping(8) waits for the
last answers twice as long as the slowest took: too short under emulation, on a busy machine.)
"""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import sys
import time

QUIET = 4.0
"""Seconds without an answer after which none is on its way."""

REQUEST = {socket.AF_INET: 8, socket.AF_INET6: 128}
ANSWER = {socket.AF_INET: 0, socket.AF_INET6: 129}
PROTOCOL = {socket.AF_INET: socket.IPPROTO_ICMP, socket.AF_INET6: socket.IPPROTO_ICMPV6}
NANOSECONDS = getattr(socket, "SO_TIMESTAMPNS", 35)
"""Linux, socket(7): the kernel tells when it received a packet, whoever is slow to fetch it."""

HEADER = struct.Struct("!BBHHH")
"""RFC 792, RFC 4443: type, code, checksum, identifier, sequence number; the kernel fills the
checksum and the identifier of what it sends by a socket of this kind, see icmp(7)."""


class Echoes:
    """Requests that are sent, and the answers to them."""

    def __init__(self, address: str, size: int) -> None:
        self._family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._socket = socket.socket(self._family, socket.SOCK_DGRAM, PROTOCOL[self._family])
        self._socket.setsockopt(socket.SOL_SOCKET, NANOSECONDS, 1)
        self._socket.connect((address, 0))
        self._content = bytes(size)
        self._sent: dict[int, int] = {}
        self.count = 0

    def send(self, number: int) -> None:
        """Send the request of this number."""
        self._sent[number] = time.time_ns()
        request = HEADER.pack(REQUEST[self._family], 0, 0, 0, number)
        with contextlib.suppress(OSError):  # what a router has said of one before (icmp(7))
            self._socket.send(request + self._content)

    def receive(self, seconds: float) -> bool:
        """Wait so long for an answer and print it; False where none came."""
        if not select.select([self._socket], [], [], max(0.0, seconds))[0]:
            return False
        try:
            packet, more, _, _ = self._socket.recvmsg(1 << 16, 256)
        except OSError:
            return True
        kind, _, _, _, number = HEADER.unpack_from(packet)
        if kind == ANSWER[self._family] and number in self._sent:
            came = struct.unpack("@qq", more[0][2])
            took = came[0] * 10**9 + came[1] - self._sent[number]
            self.count += 1
            sys.stdout.write(f"{number} {took / 1e6}\n")
        return True


def main(address: str, count: int, pause: float, size: int, expected: int) -> None:
    """Send the requests, ``pause`` seconds apart, and take what comes meanwhile and after."""
    echoes = Echoes(address, size)
    for number in range(1, count + 1):
        echoes.send(number)
        until = time.monotonic() + pause
        while (left := until - time.monotonic()) > 0:
            echoes.receive(left)
    while echoes.count < expected and echoes.receive(QUIET):
        pass


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), *map(int, sys.argv[4:6]))
