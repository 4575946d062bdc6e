"""Try what no program may do here; print each thing that was possible all the same."""

import ctypes
import os
import resource
import signal
import socket
import subprocess
from collections.abc import Callable
from functools import partial
from typing import Any

from meet import meet

meet()
libc = ctypes.CDLL(None, use_errno=True)
agent = os.getppid()
SYSCALLS: dict[str, tuple[Any, ...]] = {  # of x86_64: asm/unistd_64.h
    "bpf": (321, 0, 0, 0),
    "a user namespace": (272, 0x10000000),
    "another namespace": (308, 0, 0),
    "mount": (165, 0, 0, 0, 0, 0),
    "chroot": (161, b"/"),
    "reboot": (169, 0, 0, 0, 0),
    "kexec_load": (246, 0, 0, 0, 0),
    "clock_settime": (227, 0, 0),
}
COMMANDS = (
    "ip route add default dev eth0",
    "ip addr add 10.9.9.9/24 dev eth0",
    "ip link set eth0 down",
    "iptables -F",
    "tcpdump -c1 -i eth0",
    "su -c id </dev/null",
    "unshare -Ur id",
    "unshare -n id",
    "mount -t tmpfs x /mnt",
    "sysctl -w net.ipv4.ip_forward=0",
    "nsenter -t 1 -a id",
    "ls /var/run/docker.sock",
    "grep . /scenarios -r",
    "find / -xdev -name '*.key' -readable | grep .",
    # What is mounted for programs is theirs, and shown as one folder each.
    "find / -xdev -writable ! -type l ! -path '/[ps][ry][os]*/*' ! -path '/dev/*'"
    " | grep -vxE '/tmp|/var/tmp|/home/student'",
)


def tried(what: str, way: Callable[[], object]) -> None:
    """Print what was possible."""
    try:
        way()
    except (OSError, ValueError, subprocess.SubprocessError):
        return
    print(what, flush=True)


def command(words: str) -> None:
    """Run a command that should fail."""
    subprocess.run(words, shell=True, capture_output=True, timeout=5, check=True)


def call(number: int, *arguments: object) -> None:
    """Make a system call that should fail."""
    if os.uname().machine != "x86_64" or libc.syscall(number, *arguments) < 0:
        raise OSError


def read(path: str) -> None:
    """Read the beginning of a file that nobody may read."""
    with open(path, "rb") as file:
        file.read(9)


def write(path: str, text: str) -> None:
    """Write into a file that nobody may change."""
    with open(path, "w") as file:
        file.write(text)


for number in (socket.IPPROTO_ICMP, socket.IPPROTO_RAW):
    raw = partial(socket.socket, socket.AF_INET, socket.SOCK_RAW, number)
    tried(f"a raw socket of protocol {number}", raw)
tried("a packet socket", partial(socket.socket, socket.AF_PACKET, socket.SOCK_RAW, 3))
for words in COMMANDS:
    tried(words, partial(command, words))
for name, (code, *arguments) in SYSCALLS.items():
    tried(name, partial(call, code, *arguments))
for pid in (1, agent):
    for file in ("environ", "mem", "maps"):
        tried(f"/proc/{pid}/{file}", partial(read, f"/proc/{pid}/{file}"))
    tried(f"/proc/{pid}/fd", partial(os.listdir, f"/proc/{pid}/fd"))
    tried(f"kill {pid}", partial(os.kill, pid, signal.SIGKILL))
    tried(f"prlimit {pid}", partial(resource.prlimit, pid, resource.RLIMIT_NOFILE, (3, 3)))
tried("a lower oom_score_adj", partial(write, "/proc/self/oom_score_adj", "-1"))
print("that is all")
