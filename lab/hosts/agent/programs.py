"""Programs of this host: start them under limits as the ordinary user, read their lines, end them.

setpriv(1) and prlimit(1) set privileges and limits, and then become the program. So no code of the
lab runs between the drop of privileges and the program.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from lab.hosts.agent import descendants
from lab.hosts.agent.lines import Cut, Lines, Typing
from lab.hosts.agent.reader import PIECE, Reader, group_of, pipe, split

PIPE_HOLDS = 1024
"""Characters that fit into an unread pipe in every encoding (pipe(7))."""

STACK = 2 << 20
"""Bytes of each thread's stack: with the usual 8 MB, forty threads would use up the limit."""

UNDER_LIMITS = (
    "setpriv --reuid={user} --regid={user} --groups={group} --no-new-privs"
    " --bounding-set=-all --inh-caps=-all --ambient-caps=-all --"
    # Where the programs together use up the host's memory, the kernel kills them, not the agent.
    " choom -n 1000 --"
    # No limit on address space: the allocator reserves much of it for each thread, unused.
    f" prlimit --data={{memory}} --stack={STACK} --cpu={{cpu}} --nproc={{processes}}"
    " --fsize={file} --core=0 --"
)
"""The words that drop privileges, set limits and become the program named behind them."""

QUIET = 0.2
"""Seconds without a word after which a program that has ended is taken to have left processes."""

Report = Callable[..., None]


class Running:
    """A program that this host runs; its lines and its end go to ``report`` as they come.

    What it leaves running when it ends (a daemon forks so) counts as the program: its lines are
    read, and only when all of it is gone the program is over.
    """

    def __init__(
        self, number: int, request: dict[str, Any], report: Report, reader: Reader
    ) -> None:
        """Start it; raises OSError where it cannot be executed at all."""
        self.number = number
        self._report = report
        self._limit, self._most = (int(request["limits"][what]) for what in ("output", "lines"))
        self._printed, self._ended_lines = 0, 0
        self._lock = threading.Lock()
        self.reason: str | None = None
        self.ended, self.over = threading.Event(), threading.Event()
        self._typing = Typing(request["stdin"] or "")
        self._lines = {1: Lines("stdout", self._typing), 2: Lines("stderr", self._typing)}
        self.started_ns = self._ended_ns = time.time_ns()
        # Each question stays apart from the next, however late it is read (pipe(2), O_DIRECT).
        mode = os.O_CLOEXEC | (os.O_DIRECT if request["stdin"] else 0)
        (out, its_out), (err, its_err) = pipe(number, mode), pipe(number, mode)
        try:
            with descendants.birth() as born:
                self.process = subprocess.Popen(
                    _limited(request, number),
                    cwd=request["cwd"],
                    env=request["env"],
                    stdin=subprocess.PIPE if request["stdin"] is not None else subprocess.DEVNULL,
                    stdout=its_out,
                    stderr=its_err,
                    start_new_session=True,
                    pass_fds=request.get("inherits", ()),
                )
                born(self.process.pid)
            try:
                records = reader.read(out, err)
            except OSError:
                self._signal(signal.SIGKILL)
                raise
        finally:
            for descriptor in (out, its_out, err, its_err):
                os.close(descriptor)
        threading.Thread(target=self._listen, args=(records,), daemon=True).start()
        if request["stdin"] is not None:
            self._feed(request["stdin"], end=not request["interactive"])

    def _feed(self, text: str, *, end: bool) -> None:
        """Type the text in a thread: a program that never reads would block the agent."""

        def feed() -> None:
            self._write(text)
            if end:
                self.end_input()

        if len(text) > PIPE_HOLDS:
            threading.Thread(target=feed, daemon=True).start()
        else:
            feed()

    def write(self, text: str) -> int | None:
        """Type ``text`` into the program; return when, or None where it no longer reads."""
        now = self._typing.note() if text else None
        return now if self._write(text) else None

    def _write(self, text: str) -> bool:
        if self.process.stdin is not None:
            with contextlib.suppress(BrokenPipeError, ValueError):
                self.process.stdin.write(text.encode())
                self.process.stdin.flush()
                return True
        return False

    def end_input(self) -> None:
        """Close the program's standard input."""
        if self.process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.close()

    def waits_at(self, prompt: str) -> bool:
        """Return whether the program printed this last, without an end of line."""
        return any(lines.waits_at(prompt) for lines in self._lines.values())

    def stop(self, reason: str | None, grace: float) -> bool:
        """Send SIGTERM, and SIGKILL after ``grace`` seconds; False where it ends without.

        What a program has left is stopped likewise, which is no end of the program's own.
        """
        with self._lock:
            has_ended = self.ended.is_set()
            ends_without = self.reason is not None or has_ended or self._is_over()
            self.reason = self.reason if ends_without else reason
        if not has_ended:
            self._signal(signal.SIGTERM)
            if not self.ended.wait(grace):
                self._signal(signal.SIGKILL)
                self.ended.wait(grace)
        for number in (signal.SIGTERM, signal.SIGKILL):
            if descendants.of(self.process.pid):
                self._signal(number)
                self.over.wait(grace)
        return not ends_without or (has_ended and reason is not None)

    def _is_over(self) -> bool:
        """Whether the process has ended, though not all that it printed is read yet."""
        look = os.WEXITED | os.WNOHANG | os.WNOWAIT
        with contextlib.suppress(ChildProcessError):
            return os.waitid(os.P_PID, self.process.pid, look) is not None
        return True

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)
        if self.ended.is_set():
            descendants.signal_all(descendants.of(self.process.pid), number)

    def _listen(self, records: int) -> None:
        unread = bytearray()
        left, gone = set(self._lines), False
        end = os.pidfd_open(self.process.pid)
        poll = select.poll()
        poll.register(records, select.POLLIN)
        poll.register(end, select.POLLIN)
        while left:
            ready = poll.poll(QUIET * 1000 if gone else None)
            if gone and not ready and not self._has_left():
                break
            for number, _ in ready:
                if number == end:
                    gone = True
                    self._ended_ns = time.time_ns()
                    poll.unregister(end)
                    continue
                data = os.read(records, 2 * PIECE)
                if not data:
                    left.clear()
                    self.reason = self.reason or "what it printed could not be read to the end"
                unread += data
                for stream, stamp, printed in split(unread):
                    if printed:
                        self._take(self._lines[stream], printed, stamp)
                    else:
                        left.discard(stream)
        os.close(records)
        os.close(end)
        self.process.wait()
        if not self.ended.is_set():
            self._ended_ns = time.time_ns()
        since = time.monotonic()
        while descendants.of(self.process.pid):
            if time.monotonic() - since > QUIET:
                self._has_left()
            time.sleep(0.01)
        self._tell_end(0)
        self._tell_unended()
        self.over.set()
        self._report("over", self.number, time.time_ns(), self.reason)
        if self.process.stdin is not None:
            with contextlib.suppress(OSError):
                self.process.stdin.close()

    def _has_left(self) -> bool:
        """Return whether processes of the ended program live on; if so, tell of its end."""
        if left := len(descendants.of(self.process.pid)):
            self._tell_end(left)
        return bool(left)

    def _tell_end(self, left: int) -> None:
        """Report once how the program ended, and how many of its processes live on."""
        if self.ended.is_set():
            return
        self._tell_unended()
        status = self.process.wait()
        with self._lock:
            self.ended.set()
        self._report("ended", self.number, self._ended_ns, status, self.reason, left)

    def _tell_unended(self) -> None:
        for lines in self._lines.values():
            self._tell(lines.name, lines.end())

    def _take(self, lines: Lines, data: bytes, stamp: int) -> None:
        self._printed += len(data)
        self._ended_lines += data.count(b"\n")
        if self._printed > self._limit or self._ended_lines > self._most:
            if self.reason is None:
                told = f"{self._limit // 1000} kB", f"{self._most:,} lines"
                most = told[self._printed <= self._limit]
                self.reason = f"it printed more than {most}, so it was stopped"
                self._signal(signal.SIGKILL)
            return
        self._tell(lines.name, lines.add(data, stamp))

    def _tell(self, name: str, cuts: Iterator[Cut]) -> None:
        for stamp, *line in cuts:
            self._report("line", self.number, stamp, name, *line)


def _limited(request: dict[str, Any], number: int) -> list[str]:
    if request["user"] is None:
        return [*request["argv"]]
    under = UNDER_LIMITS.format(user=request["user"], group=group_of(number), **request["limits"])
    return [*under.split(), *request["argv"]]
