"""End what earlier runs left going on this host: processes of the user's, connections of anybody's.

Connections end by ``SOCK_DESTROY`` (sock_diag(7)), those in TIME_WAIT too, which would keep their
port from the next server (RFC 9293, section 3.6.1). A peer that still has its end gets an RST.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from lab.hosts.agent import sockets

SOCK_DESTROY = 21
NLM_F_ACK = 0x4
CONNECTED = sockets.ALL_STATES & ~(1 << sockets.LISTEN)
PATIENCE = 3.0
"""Seconds within which everything must have ended."""

RESET = Path("/usr/local/sbin/socketlab-reset")
"""What the image of a host with daemons brings, so that these forget earlier runs."""


def end(uid: int) -> None:
    """End them, and have daemons forget them; raises OSError where something outlives that."""
    end_processes(uid)
    end_connections()
    if RESET.exists():
        done = subprocess.run(
            [RESET], capture_output=True, text=True, timeout=20, check=False, errors="replace"
        )
        if done.returncode:
            raise OSError(
                f"{RESET.name} ended with {done.returncode}: {done.stderr.strip()[-200:]}"
            )
        # It may have talked to a daemon.
        end_connections()


def end_processes(uid: int) -> None:
    """Kill every process of the user's that no terminal of a `lab shell` holds."""
    give_up = time.monotonic() + PATIENCE
    while running := list(_strangers(uid)):
        if time.monotonic() > give_up:
            raise OSError(f"{len(running)} processes of earlier programs outlive SIGKILL")
        for pid in running:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.0005)


def _strangers(uid: int) -> Iterator[int]:
    """Yield the user's processes that are neither dead nor of a shell that somebody opened."""
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            if entry.stat().st_uid == uid:
                state, _, _ = _status(entry.name)
                if state not in "ZX" and not _by_hand(entry.name, uid):
                    yield int(entry.name)


def _by_hand(pid: str, uid: int) -> bool:
    """Whether its oldest ancestor came by `docker exec -t`, as the user: a `lab shell`.

    A program cannot pass for one: what it leaves is adopted by the agent or by the host's init.
    """
    while True:
        _, parent, terminal = _status(pid)
        if parent == 0:
            return pid != "1" and terminal != 0 and Path("/proc", pid).stat().st_uid == uid
        pid = str(parent)


def _status(pid: str) -> tuple[str, int, int]:
    """Return a process's state, its parent, and its terminal, 0 for none (proc_pid_stat(5))."""
    words = Path("/proc", pid, "stat").read_text(errors="replace").rpartition(")")[2].split()
    return words[0], int(words[1]), int(words[4])


def end_connections() -> None:
    """Have the kernel forget every TCP connection of this host; its listeners stay.

    What a process of this host has open to another one of it stays, too: so does the health check.
    """
    give_up = time.monotonic() + PATIENCE
    with contextlib.closing(
        socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, sockets.NETLINK_SOCK_DIAG)
    ) as netlink:
        netlink.settimeout(2)
        while left := list(_connections(netlink)):
            problems = {_destroy(netlink, *connection) for connection in left} - {0, -2}
            if problems and time.monotonic() > give_up:
                why = os.strerror(-min(problems))
                raise OSError(
                    f"the kernel does not end {len(left)} connections (SOCK_DESTROY: {why})"
                )
            if time.monotonic() > give_up:
                raise OSError(f"{len(left)} connections of earlier programs stay")


def _connections(netlink: socket.socket) -> Iterator[tuple[int, bytes]]:
    """Yield the family and the ``struct inet_diag_sockid`` (linux/inet_diag.h) of each."""
    for family in (socket.AF_INET, socket.AF_INET6):
        _send(netlink, sockets.SOCK_DIAG_BY_FAMILY, 0x300, family, bytes(48))
        found: list[bytes] = []
        while _gather(netlink.recv(1 << 18), found):
            pass
        for message in found:
            (inode,) = struct.unpack_from("=I", message, 68)
            if not (inode and _is_loopback(family, message[24:40])):
                yield family, message[4:52]


def _gather(reply: bytes, found: list[bytes]) -> bool:
    offset = 0
    while offset + 16 <= len(reply):
        length, kind = struct.unpack_from("=IH", reply, offset)
        if kind == sockets.NLMSG_ERROR:
            (negative,) = struct.unpack_from("=i", reply, offset + 16)
            raise OSError(-negative, "the kernel lists no TCP sockets")
        if kind == sockets.NLMSG_DONE or length < 16:
            return False
        found.append(reply[offset + 16 : offset + length])
        offset += (length + 3) & ~3
    return True


def _is_loopback(family: int, raw: bytes) -> bool:
    if family == socket.AF_INET:
        return raw[0] == 127
    address = ipaddress.IPv6Address(raw)
    return (address.ipv4_mapped or address).is_loopback


def _destroy(netlink: socket.socket, family: int, identity: bytes) -> int:
    """End one connection; return 0, or the kernel's negative error (-2: it is gone by now)."""
    _send(netlink, SOCK_DESTROY, NLM_F_ACK, family, identity)
    (error,) = struct.unpack_from("=i", netlink.recv(65536), 16)
    return int(error)


def _send(netlink: socket.socket, kind: int, flags: int, family: int, identity: bytes) -> None:
    request = struct.pack("=BBBBI", family, socket.IPPROTO_TCP, 0, 0, CONNECTED) + identity
    header = struct.pack("=IHHII", 16 + len(request), kind, sockets.NLM_F_REQUEST | flags, 1, 0)
    netlink.send(header + request)
