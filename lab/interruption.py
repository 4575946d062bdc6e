"""Ctrl-C ends a command from its first moment to its last: one line, status 130, within 2 s.

Python raises KeyboardInterrupt between any two steps of the main thread, and loses it in some:
inside importlib it leaves a lock held, for which every later import waits. So it waits until the
main thread imports nothing. A thread of its own ends the process where the main thread does not.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any, NoReturn

STATUS = 130
"""The exit status of what SIGINT has ended, as shells give it: 128 and the signal's number."""

PATIENCE = 1.2
"""Seconds from Ctrl-C within which the main thread may end what it has started."""

TELLS = 0.5
"""Seconds that who ends the process waits for another thread that is just saying so."""

AGAIN = 0.005
"""Seconds after which an interrupt that came during an import is tried again."""

LINE = "interrupted; what the lab had started has been ended"

_IMPORT = "<frozen importlib"


class _State:
    """What is known of Ctrl-C in this process; the main thread alone changes it."""

    is_asked = False
    is_raised = False
    is_awaited = False
    excused = 0
    is_told = False
    telling = threading.Lock()


def heed() -> None:
    """Have Ctrl-C end this process from now on; for the main thread, before anything else.

    Where SIGINT is ignored (a shell's background, nohup) it stays so.
    """
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        signal.signal(signal.SIGINT, _interrupt)
        signal.signal(signal.SIGALRM, _interrupt)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        threading.Thread(target=_watch, args=(reading,), name="Ctrl-C", daemon=True).start()
        sys.unraisablehook = _unless_asked(sys.unraisablehook)
        threading.excepthook = _unless_asked(threading.excepthook)
    # Whoever started this process may have held SIGINT back until now (tools/setup).
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def enter(command: Callable[[], int]) -> NoReturn:
    """Run a command, and end the process with its status; from its first moment Ctrl-C ends it."""
    try:
        heed()
        leave(command())
    except KeyboardInterrupt:
        leave()


@contextlib.contextmanager
def awaited() -> Iterator[None]:
    """Have the first Ctrl-C be what a command waits for: KeyboardInterrupt, and time to finish."""
    _State.is_awaited = True
    try:
        yield
    finally:
        _State.is_awaited = False


def tell() -> None:
    """Say :data:`LINE` on standard error, once in this process, however many threads want to.

    Who comes second waits until it is said: it may end the process then.
    """
    # A process ends even where nobody reads its last words.
    is_mine = _State.telling.acquire(timeout=TELLS)
    if not _State.is_told:
        # Another thread may hold the lock of sys.stderr.
        with contextlib.suppress(OSError):
            os.write(2, f"lab: {LINE}\n".encode())
        _State.is_told = True
    if is_mine:
        _State.telling.release()


def is_asked() -> bool:
    """Return whether the user wants the command to end."""
    return _State.is_asked


def leave(status: int | None = None) -> NoReturn:
    """End the process with this status, or else as interrupted; no later Ctrl-C changes it.

    Python's own way out takes longer than some commands, and breaks off at Ctrl-C.
    """
    _State.is_raised = True
    _State.is_asked = _State.is_asked or status is None
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()
    if status is None or _State.is_asked:
        _end()
    os._exit(status)


def _interrupt(_: int, frame: FrameType | None) -> None:
    """Raise KeyboardInterrupt, at once or when the main thread has ended its import."""
    if _State.is_raised:
        return
    _State.is_asked = not _State.is_awaited
    if _imports(frame):
        signal.setitimer(signal.ITIMER_REAL, AGAIN)
        return
    _State.is_raised = _State.is_asked
    if _State.is_awaited:
        _State.is_awaited = False
        _State.excused += 1
    raise KeyboardInterrupt


def _imports(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename.startswith(_IMPORT):
            return True
        frame = frame.f_back
    return False


def _watch(reading: int) -> None:
    """End the process where the main thread has not ended it in time after Ctrl-C."""
    never = threading.Event()
    while signals := os.read(reading, 1):
        if signals[0] == signal.SIGINT:
            never.wait(PATIENCE)
            if not _State.excused:
                _end()
            _State.excused -= 1


def _end() -> NoReturn:
    tell()
    os._exit(STATUS)


def _unless_asked(hook: Any) -> Any:
    """Return a hook that says nothing of what an interrupt breaks off."""
    return lambda args: None if _State.is_asked else hook(args)
