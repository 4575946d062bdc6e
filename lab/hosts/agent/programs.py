"""Programs of this host: start them under limits as the ordinary user, read their lines, end them.

setpriv(1) and prlimit(1) set privileges and limits, and then become the program. So no code of the
lab runs between the drop of privileges and the program.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lab.hosts.agent.reader import PIECE, Reader, split

PR_SET_CHILD_SUBREAPER = 36
LINE_LIMIT = 64 * 1024
PIPE_HOLDS = 1024
"""Characters that fit into an unread pipe in every encoding (pipe(7))."""

STACK = 2 << 20
"""Bytes of each thread's stack: with the usual 8 MB, forty threads would use up the limit."""

UNDER_LIMITS = (
    "setpriv --reuid={user} --regid={user} --clear-groups --no-new-privs"
    " --bounding-set=-all --inh-caps=-all --ambient-caps=-all --"
    # Where the programs together use up the host's memory, the kernel kills them, not the agent.
    " choom -n 1000 --"
    # No limit on address space: the allocator reserves much of it for each thread, unused.
    f" prlimit --data={{memory}} --stack={STACK} --cpu={{cpu}} --nproc={{processes}}"
    " --fsize={file} --core=0 --"
)
"""The words that drop privileges, set limits and become the program named behind them."""

Report = Callable[..., None]


class Running:
    """A program that this host runs; its lines and its end go to ``report`` as they come."""

    def __init__(
        self, number: int, request: dict[str, Any], report: Report, reader: Reader
    ) -> None:
        """Start it; raises OSError where it cannot be executed at all."""
        self.number = number
        self._report = report
        self._limit = int(request["limits"]["output"])
        self._printed = 0
        self._lock = threading.Lock()
        self.reason: str | None = None
        self.ended = threading.Event()
        self._unended = {1: ("stdout", bytearray()), 2: ("stderr", bytearray())}
        self.started_ns = time.time_ns()
        self.process = subprocess.Popen(
            _limited(request),
            cwd=request["cwd"],
            env=request["env"],
            stdin=subprocess.PIPE if request["stdin"] is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        printed = [stream for stream in (self.process.stdout, self.process.stderr) if stream]
        try:
            records = reader.read(*(stream.fileno() for stream in printed))
        except OSError:
            self._signal(signal.SIGKILL)
            raise
        finally:
            for stream in printed:
                stream.close()
        threading.Thread(target=self._listen, args=(records,), daemon=True).start()
        if request["stdin"] is not None:
            self._feed(request["stdin"], end=not request["interactive"])

    def _feed(self, text: str, *, end: bool) -> None:
        """Type the text in a thread: a program that never reads would block the agent."""

        def feed() -> None:
            self.write(text)
            if end:
                self.end_input()

        if len(text) > PIPE_HOLDS:
            threading.Thread(target=feed, daemon=True).start()
        else:
            feed()

    def write(self, text: str) -> None:
        """Type ``text`` into the program; a program that no longer reads is not an error."""
        if self.process.stdin is not None:
            with contextlib.suppress(BrokenPipeError, ValueError):
                self.process.stdin.write(text.encode())
                self.process.stdin.flush()

    def end_input(self) -> None:
        """Close the program's standard input."""
        if self.process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.close()

    def waits_at(self, prompt: str) -> bool:
        """Return whether the program printed this last, without an end of line."""
        return any(waiting.endswith(prompt.encode()) for _, waiting in self._unended.values())

    def stop(self, reason: str | None, grace: float) -> bool:
        """Send SIGTERM, and SIGKILL after ``grace`` seconds; False where it ends without."""
        with self._lock:
            if self.ended.is_set():
                return False
            ends_without = self.reason is not None or self._is_over()
            self.reason = self.reason if ends_without else reason
        self._signal(signal.SIGTERM)
        if not self.ended.wait(grace):
            self._signal(signal.SIGKILL)
        return not ends_without

    def _is_over(self) -> bool:
        """Whether the process has ended, though not all that it printed is read yet."""
        try:
            look = os.WEXITED | os.WNOHANG | os.WNOWAIT
            return os.waitid(os.P_PID, self.process.pid, look) is not None
        except ChildProcessError:
            return True

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def _listen(self, records: int) -> None:
        lines = self._unended
        unread = bytearray()
        left = set(lines)
        end = os.pidfd_open(self.process.pid)
        poll = select.poll()
        poll.register(records, select.POLLIN)
        poll.register(end, select.POLLIN)
        gone = False
        while left:
            ready = poll.poll(200 if gone else None)
            if gone and not ready:
                break
            for number, _ in ready:
                if number == end:
                    gone = True
                    poll.unregister(end)
                    continue
                data = os.read(records, 2 * PIECE)
                if not data:
                    left.clear()
                    self.reason = self.reason or "what it printed could not be read to the end"
                unread += data
                for stream, stamp, printed in split(unread):
                    if printed:
                        self._lines(*lines[stream], printed, stamp)
                    else:
                        left.discard(stream)
        os.close(records)
        for name, waiting in lines.values():
            if waiting:
                self._line(time.time_ns(), name, bytes(waiting), False)
        status = self.process.wait()
        os.close(end)
        ended_ns = time.time_ns()
        with self._lock:
            self.ended.set()
        self._report("ended", self.number, ended_ns, status, self.reason)
        if self.process.stdin is not None:
            with contextlib.suppress(OSError):
                self.process.stdin.close()

    def _lines(self, name: str, waiting: bytearray, data: bytes, stamp: int) -> None:
        self._printed += len(data)
        if self._printed > self._limit:
            if self.reason is None:
                self.reason = f"it printed more than {self._limit // 1000} kB, so it was stopped"
                self._signal(signal.SIGKILL)
            return
        waiting += data
        *whole, rest = waiting.split(b"\n")
        waiting[:] = rest
        for line in whole:
            self._line(stamp, name, bytes(line), True)
        while len(waiting) > LINE_LIMIT:
            self._line(stamp, name, bytes(waiting[:LINE_LIMIT]), False)
            del waiting[:LINE_LIMIT]

    def _line(self, stamp: int, name: str, line: bytes, complete: bool) -> None:
        text = line.removesuffix(b"\r").decode("utf-8", "backslashreplace")
        self._report("line", self.number, stamp, name, text, complete)


def become_subreaper() -> None:
    """Become the parent of all orphans below, so that a program cannot hide by forking twice."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_descendants(spare: set[int]) -> int:
    """Kill every process below this one except ``spare``, and reap it; return how many."""
    ended = 0
    for _ in range(50):
        children = descendants() - spare
        if not children:
            break
        for pid in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for pid in children:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)
                ended += 1
    return ended


def descendants() -> set[int]:
    """Return every process below this one."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                after_name = (entry / "stat").read_text().rpartition(")")[2].split()
                parents[int(entry.name)] = int(after_name[1])
    found: set[int] = set()
    grown = {os.getpid()}
    while grown:
        grown = {pid for pid, parent in parents.items() if parent in grown} - found
        found |= grown
    return found


def _limited(request: dict[str, Any]) -> list[str]:
    argv: list[str] = list(request["argv"])
    if request["user"] is None:
        return argv
    return [*UNDER_LIMITS.format(user=request["user"], **request["limits"]).split(), *argv]
