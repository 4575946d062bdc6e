"""Trace the system calls of a program with strace(1), which runs as root beside it.

The program starts as the tracer's own process would, drops its privileges while it is traced, and
stays the child of the agent (``strace -DD``). So it can neither end its tracer nor read or change
what the tracer writes. See docs/decisions/0024.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path

TRACES = Path("/run/socketlab-traces")
"""Root's own, and on the host's disk: no program can fill it up (strace says so on its stderr)."""

STRINGS = 256
"""Bytes of each string that are shown."""

KEPT = 1 << 20
"""Bytes of a trace that are kept; what follows is counted, but for what tells of printed lines."""

MOST = 6 << 20
"""Bytes that are kept of all."""

INTERVAL = 0.2
"""Seconds between two looks at how long a trace has become."""

CALLS = (
    "%net,read,readv,write,writev,sendfile,close,?dup,?dup2,dup3,fcntl,clone,?clone3,?fork,?vfork,"
    "execve,?poll,ppoll,?select,pselect6,?epoll_wait,epoll_pwait,nanosleep,"
    "clock_nanosleep"
)
"""The calls that are traced; ? marks those that some processors' kernels do not have."""

SILENT, ENDLESS = UNFINISHED = ("strace wrote nothing", "strace did not end")
"""Why nothing was traced, where strace was not refused: it only took too long."""

PUNCH_HOLE = 3
"""FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE of fallocate(2)."""

_OF_LINES = re.compile(
    rb" (?:writev?\([12],|<\.\.\. (?:writev?|dup[23]?) resumed|dup[23]?\(|\+\+\+ )"
)


class Trace:
    """What the tracer of one program writes."""

    def __init__(self, number: int) -> None:
        """Make the file for the program of this number."""
        TRACES.mkdir(mode=0o700, exist_ok=True)
        self._path = TRACES / f"{os.getpid()}-{number}"
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        self.words = _words(self._path)
        self._kept = bytearray()
        self._unread = b""
        self._at = self._counted = 0
        self._taking = threading.Lock()
        self._closed = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def take(self, process: int, deadline: float) -> tuple[bytes, int]:
        """Return the trace, and how many of its lines were counted only.

        The tracer has written all of it when it has told of the end of this process.
        """
        end = re.compile(rb"(?m)^%d +[0-9.]+ \+\+\+ " % process)
        give_up = time.monotonic() + deadline
        while True:
            self._drain()
            if end.search(self._kept, max(0, len(self._kept) - 65536)):
                break
            if time.monotonic() > give_up:
                break
            time.sleep(0.0005)
        self.close()
        return bytes(self._kept), self._counted

    def close(self) -> None:
        """Remove the file."""
        with self._taking:
            if not self._closed.is_set():
                self._closed.set()
                os.close(self._file)
                self._path.unlink(missing_ok=True)

    def _watch(self) -> None:
        while not self._closed.wait(INTERVAL):
            self._drain(least=KEPT // 4)

    def _drain(self, least: int = 0) -> None:
        with self._taking:
            if self._closed.is_set() or os.fstat(self._file).st_blocks * 512 < least:
                return
            begin = self._at
            while data := os.pread(self._file, 1 << 18, self._at):
                self._at += len(data)
                *lines, self._unread = (self._unread + data).split(b"\n")
                for line in lines:
                    is_wanted = len(self._kept) < (MOST if _OF_LINES.search(line) else KEPT)
                    if is_wanted:
                        self._kept += line + b"\n"
                    else:
                        self._counted += 1
            if self._at > begin:
                # What has been read takes no more room: a program can go on calling for a minute.
                span = ctypes.c_long(begin), ctypes.c_long(self._at - begin)
                ctypes.CDLL(None).fallocate(self._file, PUNCH_HOLE, *span)


def sweep() -> None:
    """Remove what agents that live no more have left."""
    for path in TRACES.glob("[0-9]*"):
        if not Path("/proc", path.name.partition("-")[0]).exists():
            path.unlink(missing_ok=True)


def unavailable(under: Sequence[str]) -> str:
    """Return why nothing can be traced here, as a clause; nothing where it can.

    ``under`` are the words that drop privileges. What a trial showed holds for this host, but for
    one that came to no end: a busy machine is no refusal.
    """
    known = TRACES / "trial"
    with contextlib.suppress(OSError):
        return known.read_text()
    TRACES.mkdir(mode=0o700, exist_ok=True)
    why = _tried(under)
    if why not in UNFINISHED:
        known.write_text(why)
    return why


def _tried(under: Sequence[str]) -> str:
    path = TRACES / f"{os.getpid()}-trial"
    try:
        done = subprocess.run(
            [*_words(path), *under, "true"],
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
            errors="replace",
        )
        said = done.stderr.strip().splitlines()[-1:] or [SILENT]
        give_up = time.monotonic() + 2
        while done.returncode == 0 and time.monotonic() < give_up:
            if path.exists() and b"+++ exited with 0" in path.read_bytes():
                return ""
            time.sleep(0.001)
    except FileNotFoundError:
        return "the host has no strace"
    except subprocess.TimeoutExpired:
        return ENDLESS
    finally:
        path.unlink(missing_ok=True)
    return said[0]


def _words(path: Path) -> list[str]:
    """Return the words that trace the program named behind them."""
    return [
        *("strace", "-DD", "-f", "--seccomp-bpf", "-s", str(STRINGS), "-o", str(path)),
        *("--absolute-timestamps=format:unix,precision:ns", "--syscall-times=ns"),
        *("-e", f"trace={CALLS}", "--"),
    ]
