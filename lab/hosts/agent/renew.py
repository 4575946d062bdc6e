"""Make this host as new for a run: files, IPC objects, what the kernel has learned.

Nothing of the user's runs by then (:mod:`lab.hosts.agent.leftovers`), so nothing is put back.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import struct
import subprocess
import time
from pathlib import Path

from lab.hosts.agent import guards, run_files

SHARED = ("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue")  # noqa: S108 - to be emptied
"""The folders of a host that every program may write to, beside the home of its user."""

SKELETON = Path("/etc/skel")
SYSV = {"shm": "--shmem-id", "sem": "--semaphore-id", "msg": "--queue-id"}
"""The tables of System V IPC objects in /proc/sysvipc, and ipcrm(1)'s words for each."""

TRACKED = Path("/proc/sys/net/netfilter/nf_conntrack_count")
NETLINK_NETFILTER, CONNTRACK_DELETE = 12, 1 << 8 | 2
PATIENCE = 5.0
"""Seconds that the kernel may take to forget all tracked connections."""


def all_for(user: str) -> None:
    """Make everything as new for the next run of the user's programs; raises OSError."""
    owner = pwd.getpwnam(user)
    for folder in SHARED:
        run_files.empty(Path(folder))
    new_home(Path(owner.pw_dir), owner.pw_uid, owner.pw_gid)
    remove_ipc()
    forget()
    forget_tracked()


def new_home(home: Path, uid: int, gid: int) -> None:
    """Give the user the home of a new user; until it is whole, only root can write there."""
    os.chown(home, 0, 0)
    home.chmod(0o755)
    run_files.empty(home)
    shutil.copytree(SKELETON, home, symlinks=True, dirs_exist_ok=True)
    run_files.give(home, uid, gid)


def remove_ipc() -> None:
    """Remove the System V objects of all users, each as its creator: root may not, here."""
    for kind, option in SYSV.items():
        for number, creator in _ipc(kind):
            user = ["setpriv", f"--reuid={creator}", "--clear-groups", "--"]
            guards.run([*user, "ipcrm", option, number])
        if left := _ipc(kind):
            raise OSError(f"{len(left)} System V objects ({kind}) stay")


def _ipc(kind: str) -> list[tuple[str, str]]:
    """Return the identifier and the creator of each object (proc_sysvipc(5))."""
    heads, *rows = map(str.split, Path("/proc/sysvipc", kind).read_text().splitlines())
    return [(row[1], row[heads.index("cuid")]) for row in rows]


def forget() -> None:
    """Have the kernel forget neighbours, and what it learned of paths.

    Of TCP's measures it keeps none (``tcp_no_metrics_save`` in compose.yaml).
    """
    if _ip("neigh flush all", "route show table all cache").strip():
        forget_paths()
        if left := _ip("route show table all cache").strip():
            raise OSError(f"the kernel does not forget paths: {left[:200]}")


def forget_paths() -> None:
    """Have the kernel forget what it learned of paths: a smaller MTU, a redirection.

    That lives in the next hop of its route, which routes that are alike share: all are taken away
    before the first comes back. To flush the cache would leave it there.
    """
    for version in ("-4", "-6"):
        told = guards.run(["ip", version, "route"]).splitlines()
        routes = [line for line in told if " via " in line]
        _ip(*(f"route {change} {route}" for change in ("del", "add") for route in routes))


def _ip(*commands: str) -> str:
    """Have one ip(8) carry out commands, and return what they printed; raises OSError."""
    words = ["ip", "-batch", "-"]
    typed = "\n".join(commands)
    done = subprocess.run(words, input=typed, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"ip {typed!r}: {done.stderr.strip()[-200:]}")
    return done.stdout


def forget_tracked() -> None:
    """Empty the table of tracked connections, which the translation of addresses goes by."""
    if not TRACKED.exists():
        return
    body = struct.pack("=BBH", socket.AF_UNSPEC, 0, 0)
    request = struct.pack("=IHHII", 16 + len(body), CONNTRACK_DELETE, 0x5, 1, 0) + body
    give_up = time.monotonic() + PATIENCE
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER) as netlink:
        netlink.settimeout(PATIENCE)
        # The kernel empties one host's table at a time: who comes behind many waits for long, and
        # may find it empty all the same.
        while left := int(TRACKED.read_text()):
            if time.monotonic() > give_up:
                raise OSError(f"{left} tracked connections of earlier programs stay: new ones come")
            netlink.send(request)
            (error,) = struct.unpack_from("=i", netlink.recv(65536), 16)
            if error:
                why = os.strerror(-error)
                raise OSError(f"tracked connections of earlier programs stay: {why}")
