"""A relay whose packets the kernel hands over: it waits for what becomes of each.

Netfilter's queue (net/netfilter/nfnetlink_queue.c; nfnetlink's messages as in
linux/netfilter/nfnetlink_queue.h). Where the relay is gone the kernel lets all packets pass.
"""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import struct
from collections.abc import Iterator

from lab.hosts.agent.faults.impair import CardPair
from lab.hosts.agent.faults.relay import AT_ONCE, RCVBUF_FORCE, ROOM, Relay

NETLINK_NETFILTER = 12
QUEUE_PACKET, QUEUE_VERDICT, QUEUE_CONFIG = 0x300, 0x301, 0x302
REQUEST, ACK = 1, 4
ERROR = 2
CONFIG_COMMAND, CONFIG_PARAMETERS, CONFIG_LENGTH = 1, 2, 3
PACKET_HEADER, VERDICT_HEADER, MARK, ENTERED, LEAVES, PAYLOAD = 1, 2, 3, 5, 6, 10
BIND, COPY_PACKET = 1, 2
DROP, ACCEPT = 0, 1
HEADER = struct.Struct("=IHHII")
LONGEST = 8192
SENT_ON = 0x10000000
"""The mark with which a host lets out what is not its own (images/host/socketlab-host)."""


class KernelQueue(Relay):
    """A relay for the packets of one queue, which the kernel keeps until it hears of them."""

    def __init__(self, number: int) -> None:
        """Take the queue of this number; raises OSError where the kernel gives none."""
        self.number = number
        self._netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
        with contextlib.suppress(OSError):
            self._netlink.setsockopt(socket.SOL_SOCKET, RCVBUF_FORCE, ROOM)
        self._netlink.bind((0, 0))
        self._configure(CONFIG_COMMAND, struct.pack("!BBH", BIND, 0, 0))
        self._configure(CONFIG_PARAMETERS, struct.pack("!IB", 0xFFFF, COPY_PACKET))
        self._configure(CONFIG_LENGTH, struct.pack("!I", LONGEST))
        self._raw: dict[int, socket.socket] = {}
        super().__init__([self._netlink])
        self.start()

    def close(self) -> None:
        """Let everything go that still waits, and give the queue back."""
        super().close()
        for each in self._raw.values():
            each.close()

    def _configure(self, kind: int, value: bytes) -> None:
        self._send(QUEUE_CONFIG, REQUEST | ACK, _attribute(kind, value))
        answer = self._netlink.recv(4096)
        code = struct.unpack_from("=i", answer, 16)[0]
        if HEADER.unpack_from(answer)[1] == ERROR and code:
            raise OSError(-code, f"netfilter's queue: {os.strerror(-code)}")

    def _send(self, kind: int, flags: int, attributes: bytes) -> None:
        body = struct.pack("!BBH", 0, 0, self.number) + attributes
        self._netlink.send(HEADER.pack(16 + len(body), kind, flags, 0, 0) + body)

    def _take(self, heard: socket.socket) -> None:
        for _ in range(AT_ONCE):
            try:
                message = heard.recv(1 << 17, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return
            except OSError as error:
                # Packets that found no room were dropped by the kernel: no wire is that short.
                if error.errno != errno.ENOBUFS:
                    raise
                return
            at = 0
            while at + 16 <= len(message):
                length, kind, *_ = HEADER.unpack_from(message, at)
                if kind == QUEUE_PACKET:
                    self._plan(dict(_attributes(message[at + 20 : at + length])))
                at += (length + 3) & ~3

    def _plan(self, packet: dict[int, bytes]) -> None:
        identity = int.from_bytes(packet[PACKET_HEADER][:4], "big")
        data = packet.get(PAYLOAD, b"")
        entered, leaves, mark = (
            int.from_bytes(packet.get(each, b""), "big") for each in (ENTERED, LEAVES, MARK)
        )
        copies = self._meet(data, CardPair(entered, leaves))
        if not copies:
            self._verdict(DROP, identity, b"")
        for number, copy in enumerate(copies):
            own = identity if number == 0 else None
            self._hold(copy.time, (own, mark, copy.data, data))
        self.taken += 1

    def _pass_on(self, parcel: tuple[int | None, int, bytes, bytes]) -> None:
        identity, mark, data, before = parcel
        if identity is None:
            self._inject(data, mark)
        else:
            self._verdict(ACCEPT, identity, data if data != before else b"")

    def _verdict(self, verdict: int, identity: int, data: bytes) -> None:
        attributes = _attribute(VERDICT_HEADER, struct.pack("!II", verdict, identity))
        attributes += _attribute(PAYLOAD, data) if data else b""
        self._send(QUEUE_VERDICT, REQUEST, attributes)

    def _inject(self, data: bytes, mark: int) -> None:
        """Send a packet as it is: the kernel finds its way, and does not queue it again.

        With the mark of the one of which it is a copy, so that netem takes them for the same.
        """
        is_ipv4 = data[0] >> 4 == 4
        family = socket.AF_INET if is_ipv4 else socket.AF_INET6
        end = (socket.inet_ntop(family, data[16:20] if is_ipv4 else data[24:40]), 0)
        if family not in self._raw:
            self._raw[family] = socket.socket(family, socket.SOCK_RAW, socket.IPPROTO_RAW)
        self._raw[family].setsockopt(socket.SOL_SOCKET, socket.SO_MARK, mark | SENT_ON)
        self._raw[family].sendto(data, end)


def _attribute(kind: int, value: bytes) -> bytes:
    """Return a netlink attribute (linux/netlink.h), filled up to four bytes."""
    head = struct.pack("=HH", 4 + len(value), kind)
    return head + value + bytes(-len(value) % 4)


def _attributes(message: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(message):
        length, kind = struct.unpack_from("=HH", message, at)
        if length < 4:
            return
        yield kind & 0x3FFF, message[at + 4 : at + length]
        at += (length + 3) & ~3
