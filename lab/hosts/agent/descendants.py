"""Processes below the agent: whose they are, also when they have outlived who started them."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

PR_SET_CHILD_SUBREAPER = 36

_births = threading.Lock()
_programs: dict[int, int] = {}
"""When each program started, by its process, in the order of their starts."""
_traced: set[int] = set()
"""The programs that have a tracer, which is root's, in their session."""


class Process(NamedTuple):
    """A process as proc_pid_stat(5) has it; ``started`` is in clock ticks since the boot.

    ``terminal`` is the number of the terminal that holds it, 0 for none.
    """

    is_alive: bool
    parent: int
    session: int
    terminal: int
    started: int


def become_subreaper() -> None:
    """Become the parent of all orphans below, so that a program cannot hide by forking twice."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


@contextlib.contextmanager
def birth(*, is_traced: bool = False) -> Iterator[Callable[[int], None]]:
    """Start a program within, and call what this yields with its process.

    Meanwhile nobody takes the new process for an orphan.
    """

    def born(pid: int) -> None:
        process = read(pid)
        _programs[pid] = process.started if process else 0
        if is_traced:
            _traced.add(pid)

    with _births:
        yield born


def forget() -> None:
    """Forget all programs: nothing of them is left."""
    _programs.clear()
    _traced.clear()


def of(program: int) -> set[int]:
    """Return the living processes that a program, by its process, started and did not outlive.

    Its tracer is none of them: that is root's, which no traced program can become.
    An orphan of an unknown session is the youngest ended program's that is older than the orphan:
    nothing in the kernel says whose it was.
    """
    with _births:
        there = _all()
        known = dict(_programs)
    here, own_session = os.getpid(), os.getsid(0)

    def owner(process: Process) -> int | None:
        if process.session in known:
            return process.session
        if process.session == own_session:
            return None
        ended = [
            pid
            for pid, started in known.items()
            if started <= process.started and not (pid in there and there[pid].is_alive)
        ]
        return ended[-1] if ended else None

    found = {
        pid
        for pid, process in there.items()
        if process.parent == here and pid not in known and owner(process) == program
        if not (process.session in _traced and _is_roots(pid))
    }
    return {pid for pid in _below(found, there) | found if there[pid].is_alive}


def are_busy(program: int) -> bool:
    """Return whether a thread of a program, or of what it started, runs or waits to run.

    So is one that is traced and stands at a call, until its tracer lets it go on.
    """
    processes = {program, *of(program), *_below({program}, _all())}
    return any(state in ("R", "D", "t") for pid in processes for state in _states(pid))


def _states(pid: int) -> Iterator[str]:
    """Yield the state of each thread of a process; it may end meanwhile, and so may a thread."""
    threads: list[Path] = []
    with contextlib.suppress(OSError):
        threads += Path(f"/proc/{pid}/task").iterdir()
    for each in threads:
        with contextlib.suppress(OSError):
            yield (each / "stat").read_text(errors="replace").rpartition(")")[2].split()[0]


def _is_roots(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}").stat().st_uid == 0
    return False


def signal_all(processes: Iterable[int], number: signal.Signals) -> None:
    """Send a signal to each of these processes that is still there."""
    for pid in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def end_all(spare: set[int]) -> int:
    """Kill every process below this one except ``spare``, and reap it; return how many.

    A program's own process is reaped by whoever started it: so it stays known how it ended.
    """
    ended: set[int] = set()
    for _ in range(50):
        children = everybody() - spare - (ended & _programs.keys())
        if not children:
            break
        signal_all(children, signal.SIGKILL)
        for pid in children:
            with contextlib.suppress(ChildProcessError):
                os.waitid(os.P_PID, pid, os.WEXITED | (os.WNOWAIT if pid in _programs else 0))
                ended.add(pid)
    return len(ended)


def everybody() -> set[int]:
    """Return every process below this one."""
    return _below({os.getpid()}, _all())


def _below(above: set[int], there: dict[int, Process]) -> set[int]:
    found: set[int] = set()
    grown = above
    while grown:
        grown = {pid for pid, process in there.items() if process.parent in grown} - found
        found |= grown
    return found


def _all() -> dict[int, Process]:
    # Plain calls of the system: this is asked several times in each run.
    processes = {int(name): read(int(name)) for name in os.listdir("/proc") if name.isdigit()}  # noqa: PTH208
    return {pid: process for pid, process in processes.items() if process is not None}


def read(pid: int) -> Process | None:
    """Return a process; None where there is none of this number (any more)."""
    with contextlib.suppress(OSError):
        # The name, in parentheses, may hold anything.
        stat = os.open(f"/proc/{pid}/stat", os.O_RDONLY | os.O_CLOEXEC)
        try:
            told = os.read(stat, 4096)
        finally:
            os.close(stat)
        state, *words = told.rpartition(b")")[2].split()
        parent, _, session, terminal = map(int, words[:4])
        return Process(state not in (b"Z", b"X"), parent, session, terminal, int(words[18]))
    return None
