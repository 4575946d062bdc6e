"""End what earlier runs left going on this host: processes of the user's, connections of anybody's.

Connections end by ``SOCK_DESTROY`` (sock_diag(7)), those in TIME_WAIT too, which would keep their
port from the next server (RFC 9293, section 3.6.1). A peer that still has its end gets an RST.
"""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import os
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from lab.hosts.agent import descendants, sockets, trace

CONNECTED = sockets.ALL_STATES & ~(1 << sockets.LISTEN)
PATIENCE = 3.0
"""Seconds within which everything must have ended."""

RESET = Path("/usr/local/sbin/socketlab-reset")
"""What the image of a host with daemons brings, so that these forget earlier runs."""


def end(uid: int) -> None:
    """End them, and have daemons forget them; raises OSError where something outlives that."""
    end_processes(uid)
    trace.sweep()
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
        descendants.signal_all(running, signal.SIGKILL)
        time.sleep(0.0005)


def _strangers(uid: int) -> Iterator[int]:
    """Yield the user's processes that are neither dead nor of a shell that somebody opened."""
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        pid = int(entry.name)
        with contextlib.suppress(OSError):
            if entry.stat().st_uid == uid:
                process = descendants.read(pid)
                if process and process.is_alive and not _by_hand(pid, uid):
                    yield pid


def _by_hand(pid: int, uid: int) -> bool:
    """Whether its oldest ancestor came by `docker exec -t`, as the user: a `lab shell`.

    A program cannot pass for one: what it leaves is adopted by the agent or by the host's init.
    """
    while process := descendants.read(pid):
        if process.parent == 0:
            return (
                pid != 1 and process.terminal != 0 and Path("/proc", str(pid)).stat().st_uid == uid
            )
        pid = process.parent
    return True  # It is gone, and no longer to be ended.


def end_connections() -> None:
    """Have the kernel forget every TCP connection of this host; its listeners stay.

    What two processes of this host have open to each other stays, too: so does the health check.
    """
    give_up = time.monotonic() + PATIENCE
    with contextlib.closing(sockets.Table()) as table:
        while left := [told for told in table.told("tcp", CONNECTED) if not is_inward(told)]:
            errors = {table.destroy(told) for told in left} - {0, errno.ENOENT}
            if time.monotonic() > give_up:
                why = f" (SOCK_DESTROY: {', '.join(map(os.strerror, errors))})" if errors else ""
                raise OSError(f"{len(left)} connections of earlier programs stay{why}")


def is_inward(told: bytes) -> bool:
    """Whether a process holds a connection, told by the kernel, and its peer is on this host."""
    (inode,) = struct.unpack_from("=I", told, 68)
    if told[0] == socket.AF_INET:
        return bool(inode) and told[24] == 127
    address = ipaddress.IPv6Address(told[24:40])
    return bool(inode) and (address.ipv4_mapped or address).is_loopback
