"""Ask the kernel for socket states, one connection at a time, through ``sock_diag``.

Reading ``/proc/net/tcp`` walks the whole connection hash of the kernel (milliseconds on a large
machine); asking for one connection by its two ends takes some ten microseconds. See sock_diag(7).
"""

from __future__ import annotations

import contextlib
import socket
import struct
from functools import cache
from typing import NamedTuple

NETLINK_SOCK_DIAG = 4
SOCK_DIAG_BY_FAMILY = 20
SOCK_DESTROY = 21
NLMSG_ERROR, NLMSG_DONE = 2, 3
NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP = 0x1, 0x4, 0x300
LISTEN = 10
GONE = 0
"""The state of a socket that is closed for good; the kernel uses no such number."""
ALL_STATES = 0xFFFFFFFF
ANY = {socket.AF_INET: "0.0.0.0", socket.AF_INET6: "::"}  # noqa: S104 - a wildcard, not a bind
INET_DIAG_SKV6ONLY = 11
AT_STATE, AT_QUEUES = 17, 72
"""Where an answer has a socket's state, and its queues, user and inode (struct inet_diag_msg)."""
NONE = struct.pack("=H", NLMSG_ERROR)
PATIENCE = struct.pack("@ll", 2, 0)
"""Two seconds, as the kernel takes them (socket(7), SO_RCVTIMEO)."""
PROTOCOLS = {"tcp": socket.IPPROTO_TCP, "udp": socket.IPPROTO_UDP}


Ends = tuple[str, int, str, int]
"""The local address and port of a connection, and the remote ones."""


class Entry(NamedTuple):
    """One socket as the kernel tells it; ports in host order, ``state`` the kernel's number.

    ``v6only`` is IPV6_V6ONLY of ipv6(7); None where the kernel does not tell: of IPv4 sockets and
    of those with another end.
    """

    protocol: str
    local_ip: str
    local_port: int
    remote_ip: str
    remote_port: int
    state: int
    receive_queue: int
    send_queue: int
    uid: int
    inode: int
    v6only: bool | None = None


class Table:
    """The host's socket table. Only one thread at a time may use it."""

    def __init__(self) -> None:
        self._netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_SOCK_DIAG)
        # The kernel's own timeout: Python's would have each call poll first.
        self._netlink.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, PATIENCE)
        self.close = self._netlink.close

    def asked(self, question: bytes) -> bytes:
        """Return the kernel's answer to a question for one socket; empty where it has none."""
        self._netlink.send(question)
        reply = self._netlink.recv(65536)
        is_none = reply[4:6] == NONE or reply[AT_STATE] == LISTEN  # a listener has no such ends
        return b"" if is_none else reply

    def dump(self, protocol: str, states: int = ALL_STATES) -> list[Entry]:
        """Return every socket of a protocol, both IP versions, in the states of the bit mask."""
        return [_entry(protocol, told, 0, len(told)) for told in self.told(protocol, states)]

    def told(self, protocol: str, states: int = ALL_STATES) -> list[bytes]:
        """Return the same, each as the ``struct inet_diag_msg`` of linux/inet_diag.h."""
        found: list[bytes] = []
        for family in (socket.AF_INET, socket.AF_INET6):
            self._netlink.send(_for_all(family, protocol, states))
            while _collect(protocol, self._netlink.recv(1 << 18), found):
                pass
        return found

    def destroy(self, told: bytes) -> int:
        """End a TCP connection as the kernel told it; return 0, or the kernel's error number.

        A peer that still has its end gets an RST. Needs CAP_NET_ADMIN.
        """
        self._netlink.send(
            _question(SOCK_DESTROY, NLM_F_ACK, told[0], "tcp", ALL_STATES, told[4:52])
        )
        (negative,) = struct.unpack_from("=i", self._netlink.recv(65536), 16)
        return -int(negative)

    def listening(self) -> list[Entry]:
        """Return what listens: TCP sockets in LISTEN, UDP sockets that are bound."""
        return self.dump("tcp", 1 << LISTEN) + [
            entry for entry in self.dump("udp") if entry.remote_port == 0
        ]


def question(local_ip: str, local_port: int, remote_ip: str, remote_port: int) -> bytes:
    """Return what asks the kernel for the TCP socket with exactly these ends."""
    family = socket.AF_INET6 if ":" in local_ip else socket.AF_INET
    ends = _ends(family, (local_ip, local_port, remote_ip, remote_port))
    return _question(SOCK_DIAG_BY_FAMILY, 0, family, "tcp", ALL_STATES, ends)


def told_by(answer: bytes) -> bytes:
    """Return what of an answer for one socket may change: its state, queues, user and inode."""
    return answer[AT_STATE : AT_STATE + 1] + answer[AT_QUEUES : AT_QUEUES + 16]


def entry(answer: bytes) -> Entry:
    """Return the socket that the kernel's answer tells of."""
    return _entry("tcp", answer, 16)


@cache
def _for_all(family: socket.AddressFamily, protocol: str, states: int) -> bytes:
    ends = _ends(family, (ANY[family], 0, ANY[family], 0))
    return _question(SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, family, protocol, states, ends)


def _ends(family: int, between: Ends) -> bytes:
    local_ip, local_port, remote_ip, remote_port = between
    ends = struct.pack("!HH", local_port, remote_port)
    ends += socket.inet_pton(family, local_ip).ljust(16, b"\0")
    ends += socket.inet_pton(family, remote_ip).ljust(16, b"\0")
    return ends + struct.pack("=III", 0, 0xFFFFFFFF, 0xFFFFFFFF)


def _question(
    kind: int, flags: int, family: int, protocol: str, states: int, identity: bytes
) -> bytes:
    request = struct.pack("=BBBBI", family, PROTOCOLS[protocol], 0, 0, states) + identity
    header = struct.pack("=IHHII", 16 + len(request), kind, NLM_F_REQUEST | flags, 1, 0)
    return header + request


def everything() -> list[tuple[object, ...]]:
    """Return every TCP and UDP socket of this host, now."""
    with contextlib.closing(Table()) as table:
        return [tuple(entry) for entry in table.dump("tcp") + table.dump("udp")]


def _collect(protocol: str, reply: bytes, found: list[bytes]) -> bool:
    """Add the sockets of one netlink reply to ``found``; False when the dump is complete.

    Raises OSError where the kernel refused it: a table that is not whole must not pass for one.
    """
    offset = 0
    while offset + 16 <= len(reply):
        length, kind = struct.unpack_from("=IH", reply, offset)
        if kind == NLMSG_ERROR:
            (negative,) = struct.unpack_from("=i", reply, offset + 16)
            raise OSError(-negative, f"the kernel lists no {protocol} sockets")
        if kind == NLMSG_DONE or length < 16:
            return False
        found.append(reply[offset + 16 : offset + length])
        offset += (length + 3) & ~3
    return True


def _entry(protocol: str, reply: bytes, at: int, stop: int = 0) -> Entry:
    """Decode a ``struct inet_diag_msg`` (linux/inet_diag.h), and its attributes up to ``stop``."""
    family, state = reply[at], reply[at + 1]
    local_port, remote_port = struct.unpack_from("!HH", reply, at + 4)
    local_ip, remote_ip = _text(family, reply[at + 8 :]), _text(family, reply[at + 24 :])
    receive, send, uid, inode = struct.unpack_from("=IIII", reply, at + 56)
    ends = local_ip, local_port, remote_ip, remote_port
    return Entry(protocol, *ends, state, receive, send, uid, inode, _v6only(reply, at + 72, stop))


def _v6only(reply: bytes, at: int, stop: int) -> bool | None:
    """Return what the attributes (``struct nlattr``, linux/netlink.h) say of IPV6_V6ONLY."""
    while at + 4 < stop:
        length, kind = struct.unpack_from("=HH", reply, at)
        if kind == INET_DIAG_SKV6ONLY:
            return bool(reply[at + 4])
        at += max(4, (length + 3) & ~3)
    return None


def _text(family: int, raw: bytes) -> str:
    """Return an address as text; a v4-mapped IPv6 address as the IPv4 address that it is."""
    if family == socket.AF_INET:
        return socket.inet_ntop(socket.AF_INET, raw[:4])
    if raw[:12] == b"\0" * 10 + b"\xff\xff":
        return socket.inet_ntop(socket.AF_INET, raw[12:16])
    return socket.inet_ntop(socket.AF_INET6, raw[:16])
