"""What a relay does, wherever its packets come from: it holds each, and lets it go in time."""

from __future__ import annotations

import heapq
import os
import select
import socket
import threading
import time
from collections.abc import Iterable
from typing import Any

from lab.hosts.agent.faults.impair import CardPair, Copy, Rule, facts

AT_ONCE = 64
"""Packets that are taken from a socket before those whose time has come are let go."""

RCVBUF_FORCE = 33
ROOM = 8 << 20
"""Bytes that may wait in a socket for the relay."""


class Relay:
    """Takes packets from sockets and lets them go on as its impairments say."""

    def __init__(self, heard: list[socket.socket]) -> None:
        """``heard`` are the sockets that packets come from."""
        self._heard = {each.fileno(): each for each in heard}
        self._impairments: dict[int, Rule] = {}
        self._lock = threading.Lock()
        self._waiting: list[tuple[float, int, Any]] = []
        self._order = 0
        self.taken = 0
        self._waker, self._wake = os.pipe()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def start(self) -> None:
        """Take packets from now on."""
        self._thread.start()

    def add(self, number: int, impairment: Rule) -> None:
        """Have an impairment met by all packets from now on, behind those already there."""
        with self._lock:
            self._impairments[number] = impairment

    def remove(self, number: int) -> tuple[int, int]:
        """Take an impairment away; return how many packets it was about, and how many it met."""
        with self._lock:
            gone = self._impairments.pop(number)
            return gone.matched, gone.met

    @property
    def is_idle(self) -> bool:
        """Whether it has no impairment left."""
        return not self._impairments

    @property
    def holds(self) -> int:
        """How many packets wait for their time."""
        return len(self._waiting)

    def close(self) -> None:
        """Let everything go that still waits, and close the sockets."""
        os.write(self._wake, b"!")
        if self._thread.ident:
            self._thread.join(timeout=5)
        for each in self._heard.values():
            each.close()
        os.close(self._wake)
        os.close(self._waker)

    def _take(self, heard: socket.socket) -> None:
        """Take what waits in a socket, ``AT_ONCE`` at most, and hold it."""
        raise NotImplementedError

    def _pass_on(self, parcel: Any) -> None:
        """Let one go that was held."""
        raise NotImplementedError

    def _meet(self, data: bytes, way: CardPair) -> list[Copy]:
        """Return what leaves, and when, of a packet that has come now."""
        with self._lock:
            return through(self._impairments.values(), time.monotonic(), data, way)

    def _hold(self, until: float, parcel: Any) -> None:
        self._order += 1
        heapq.heappush(self._waiting, (until, self._order, parcel))

    def _serve(self) -> None:
        ready = select.poll()
        for number in (*self._heard, self._waker):
            ready.register(number, select.POLLIN)
        while True:
            left = self._waiting[0][0] - time.monotonic() if self._waiting else None
            # poll(2) counts milliseconds: of the last one it would be late.
            pause = None if left is None else max(0, int(left * 1000))
            for number, _ in ready.poll(pause):
                if number == self._waker:
                    self._let_go(float("inf"))
                    return
                self._take(self._heard[number])
            self._let_go(time.monotonic())

    def _let_go(self, until: float) -> None:
        while self._waiting and self._waiting[0][0] <= until:
            self._pass_on(self._waiting[0][2])
            # Only now: who asks whether it holds any is told of one that has not left.
            heapq.heappop(self._waiting)


def through(impairments: Iterable[Rule], now: float, data: bytes, way: CardPair) -> list[Copy]:
    """Return what leaves, and when, of a packet that meets impairments one after the other."""
    copies = [Copy(now, data)]
    seen = facts(data)
    for impairment in impairments:
        copies = impairment.of(copies, seen, way)
    return copies
