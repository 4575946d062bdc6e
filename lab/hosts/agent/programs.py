"""Programs of this host: start them under limits and a tracer, read their lines, end them."""

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

from lab.hosts.agent import descendants, limits, trace
from lab.hosts.agent.lines import Cut, Lines, Typing, wait_prompt
from lab.hosts.agent.reader import PIECE, Reader, pipe, split

PIPE_HOLDS = 1024
"""Characters that fit into an unread pipe in every encoding (pipe(7))."""

QUIET = 0.2
"""Seconds without a word after which a program that has ended is taken to have left processes."""

BUSY = 1.0
"""Seconds that a program which is to be stopped may still be busy."""

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
        under = limits.words(request, number)
        self.untraced = trace.unavailable(under) if request["traced"] and under else None
        """Why it is not traced, empty where it is, None where nobody wants that."""
        self._trace = trace.Trace(number) if self.untraced == "" else None
        before = self._trace.words if self._trace else []
        (out, its_out), (err, its_err) = pipe(number, mode), pipe(number, mode)
        try:
            with descendants.birth(is_traced=bool(self._trace)) as born:
                self.process = subprocess.Popen(
                    [*before, *under, *request["argv"]],
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
        if len(text) > PIPE_HOLDS:
            threading.Thread(target=self._write, args=(text, end), daemon=True).start()
        else:
            self._write(text, end)

    def write(self, text: str, *, end: bool = False) -> int | None:
        """Type ``text`` into the program, and with ``end`` close its input.

        Return when, or None where it no longer reads.
        """
        now = self._typing.note() if text or end else None
        return now if self._write(text, end) else None

    def _write(self, text: str, end: bool) -> bool:
        if self.process.stdin is not None:
            with contextlib.suppress(BrokenPipeError, ValueError):
                self.process.stdin.write(text.encode())
                self.process.stdin.flush()
                if end:
                    self.process.stdin.close()
                return True
        return False

    def wait_prompt(self, prompt: str, deadline: float) -> bool:
        """Wait until the program has printed this last, without an end of line."""
        return wait_prompt(self._lines.values(), prompt, self.over, deadline)

    @property
    def unfinished(self) -> str:
        """What it has printed without an end of line since it got input."""
        return "".join(lines.unfinished for lines in self._lines.values())

    def stop(self, reason: str | None, grace: float) -> bool:
        """Send SIGTERM, and SIGKILL after ``grace`` seconds; False where it ends without.

        What a program has left is stopped likewise, which is no end of the program's own. Where
        there is no ``reason``, it may finish what it is at: the answer to a call, or a crash.
        """
        give_up = time.monotonic() + (BUSY if reason is None else 0)
        while time.monotonic() < give_up and descendants.are_busy(self.process.pid):
            time.sleep(0.002)
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

    def calls(self, deadline: float) -> tuple[bytes, int]:
        """Return what its tracer wrote, once, and how many lines of that were counted only."""
        ended, self._trace = self._trace, None
        return ended.take(self.process.pid, deadline) if ended else (b"", 0)

    def _is_over(self) -> bool:
        """Whether the process has ended, though not all that it printed is read yet.

        Its tracer learns that first, and only then its parent does (ptrace(2)).
        """
        process = descendants.read(self.process.pid)
        return process is None or not process.is_alive

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


def forget(running: dict[int, Running]) -> None:
    """Forget programs that have been ended, and what nobody took of their traces."""
    for each in running.values():
        each.calls(0)
    running.clear()
    descendants.forget()
