"""The lanes of a stepped program: one for each thread, which moves when it gets the token."""

from __future__ import annotations

import contextlib
import json
import os
import select
import sys
import threading
from collections.abc import Iterator, Sequence
from typing import Any

from lab.hosts.agent.stepper.clock import Clock

GO, EXPIRE = b"g", b"e"
"""The tokens: move by one line; let the time of the call that you wait in run out."""

REFUSED = 70
"""The exit status of a program that has more than the lab can follow."""


class Lanes:
    """Tells of each thread where it stands or waits, and has it wait for the token.

    What it tells are lines of JSON, written to ``events``. A token is a byte, read from the pipe
    ``tokens[lane]``.
    """

    def __init__(self, events: int, tokens: Sequence[int]) -> None:
        self._events = events
        self._tokens = tokens
        self._lock = threading.Lock()
        self._local = threading.local()
        self._next = 0
        self._poll = select.poll
        self.clock = Clock()

    def new(self) -> int:
        """Return the number of a new lane; end the program where there are too many."""
        with self._lock:
            number, self._next = self._next, self._next + 1
        if number >= len(self._tokens):
            self.refuse(f"it has more than {len(self._tokens)} threads")
        return number

    def begin(self, number: int | None = None) -> None:
        """Begin the lane of the current thread."""
        self._local.number = self.new() if number is None else number
        self.tell("runs", tid=threading.get_native_id())

    @property
    def mine(self) -> int:
        """The lane of the current thread."""
        if getattr(self._local, "number", None) is None:
            self.begin()
        number: int = self._local.number
        return number

    def tell(self, what: str, **about: Any) -> None:
        """Tell of the current thread."""
        line = json.dumps({"is": what, "lane": self.mine, **about}) + "\n"
        data = line.encode()
        with self._lock:
            while data:
                data = data[os.write(self._events, data) :]

    def refuse(self, why: str) -> None:
        """End the program, and say why it cannot be stepped."""
        self._local.number = getattr(self._local, "number", None) or 0
        self.tell("refused", why=why)
        os._exit(REFUSED)

    def stand(self, **place: Any) -> None:
        """Stand at a line until the token comes."""
        self.tell("stands", **place)
        while os.read(self._tokens[self.mine], 1) not in (GO, b""):
            continue
        self.tell("runs")

    def wait(self, call: str, fds: Sequence[tuple[int, int]], seconds: float | None) -> bool:
        """Wait in a call until a descriptor has an event; False where its time has run out.

        Time runs out when the lab says so: the other programs may stand meanwhile. What has come
        waits for a token as well: the lab gives it when all else is at rest, and then all is there
        that the line sent.
        """
        there, poll = self._poll(), self._poll()
        for fd, events in fds:
            there.register(fd, events)
            poll.register(fd, events)
        if there.poll(0):
            return True
        if seconds is not None and seconds <= 0:
            return False
        runs_out = self.clock.passed + round((seconds or 0) * 1e9)
        token = self._tokens[self.mine]
        poll.register(token, select.POLLIN)
        while True:
            self.tell("waits", call=call, seconds=seconds)
            ready = {fd for fd, _ in poll.poll()}
            expired = token in ready and os.read(token, 1) == EXPIRE
            if ready - {token} and not expired:
                self.tell("ready")
                os.read(token, 1)
            if there.poll(0):  # Else another thread has taken it meanwhile.
                self.tell("runs")
                return True
            if expired:
                self.clock.reach(runs_out)
                self.tell("runs")
                return False

    @contextlib.contextmanager
    def starting(self, number: int) -> Iterator[None]:
        """Tell that a thread is being started whose lane is to begin, or that it cannot be."""
        self.tell("starts", new=number)
        try:
            yield
        except RuntimeError:
            self.tell("cannot start", new=number)
            raise

    @contextlib.contextmanager
    def blocked(self, call: str) -> Iterator[None]:
        """Tell that the thread waits in a call, for as long as it does."""
        self.tell("waits", call=call, seconds=None)
        try:
            yield
        finally:
            self.tell("runs")

    def listen_to(self, stream: str) -> None:
        """Tell what the program prints to ``sys.stdout`` or ``sys.stderr``, in its order."""
        file = getattr(sys, stream)
        real = file.write

        def write(text: str) -> int:
            written: int = real(text)
            self.tell("prints", stream=stream, text=text[:2000])
            return written

        file.write = write
