"""A stream of what a host's cards see and its sockets do, to whoever started this process.

It is a process of its own beside the agent, and ends when its standard input does. It writes
records to its standard output: a kind of one byte, the length of what follows (4 bytes,
big-endian), then

- ``F``: a frame: the number of its card, 1 where it leaves the host, the kernel's time (epoch
  nanoseconds), its length on the wire, its bytes;
- ``S``: rows of the socket table that have changed, as JSON: ``(time_ns, *Entry)`` each;
- ``G``: what is done to this host now (:mod:`guards`), as JSON: at first, and when it has changed;
- ``L``: how many frames were lost since the last such record, as JSON;
- ``B``: from when all frames are told of, once, and ``U``: up to when they have been (both 8 bytes,
  epoch nanoseconds).

A reader that is slow gets fewer frames, and is told how many it has missed: memory is bounded.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import struct
import time

from lab.hosts.agent import guards
from lab.hosts.agent.frame import ends_of, is_marker
from lab.hosts.agent.sockets import Ends
from lab.hosts.agent.tap import (
    PACKET_OUTGOING,
    PACKET_STATISTICS,
    SOL_PACKET,
    listening_at,
    named,
)
from lab.hosts.agent.watch import Watch

HEAD = struct.Struct(">cI")
FRAME = struct.Struct(">BBqI")
TIME = struct.Struct(">q")
AT_ONCE = 256
"""Frames that are taken from one card before another has its turn."""

GATHERS = 0.015
"""Seconds that records may wait for others, so that few writes carry many."""

MOST_WAITING = 4 << 20
"""Bytes that may wait for the reader; frames that come then are counted only."""

AWAKE_MS, ASLEEP_MS = 4, 50
"""Milliseconds between two looks at the sockets while frames pass, and while none do."""

TELLS = 0.25
"""Seconds after which it is told up to when all frames are told of, also where there were none."""

WAKES = 1.0
"""Seconds after the last frame during which the sockets are looked at often."""

ASKS = 0.25
"""Seconds between two looks at what is done to this host."""

MOST_KNOWN = 4_000
"""Connections that the watch may remember before it forgets those that are over."""


class Stream:
    """The cards of this host, watched until the standard input ends."""

    def __init__(self, cards: list[str], buffer: int) -> None:
        """``cards`` are hardware addresses; ``buffer`` bounds what the kernel holds for each."""
        self._sockets = {
            tap.fileno(): (number, tap)
            for number, card in enumerate(cards)
            for tap in [listening_at(named(card), buffer)]
        }
        self._watch = Watch()
        self._out = bytearray()
        self._missed = 0
        self._written = self._stirred = self._counted = self._upto_told = time.monotonic()
        self._upto_ns = 0
        self._guarded: list[str] | None = None
        self._asked = 0.0
        self._record(b"B", TIME.pack(time.time_ns()))

    def serve(self) -> None:
        """Write records until nobody reads them any more."""
        os.set_blocking(1, False)
        poll = select.poll()
        for number in (0, *self._sockets):
            poll.register(number, select.POLLIN)
        watched = False
        while True:
            if bool(self._out) != watched:
                watched = bool(self._out)
                poll.register(1, select.POLLOUT if watched and self._is_due() else 0)
            awake = time.monotonic() - self._stirred < WAKES
            asked_ns = time.time_ns()
            ready = [number for number, _ in poll.poll(AWAKE_MS if awake else ASLEEP_MS)]
            if 0 in ready and not os.read(0, 4096):
                return
            found: set[Ends] = set()
            taps = [self._sockets[number] for number in ready if number in self._sockets]
            drained = [self._drain(*each, found) for each in taps]
            if all(drained):
                self._upto_ns = asked_ns
            self._look(found)
            self._ask()
            self._tell_upto()
            if self._out and self._is_due():
                try:
                    self._write()
                except BlockingIOError:
                    poll.register(1, select.POLLOUT)
                    watched = True
                except BrokenPipeError:
                    return

    def _is_due(self) -> bool:
        return len(self._out) > 1 << 16 or time.monotonic() - self._written > GATHERS

    def _write(self) -> None:
        sent = os.write(1, memoryview(self._out)[: 1 << 18])
        del self._out[:sent]
        self._written = time.monotonic()

    def _tell_upto(self) -> None:
        """Tell up to when all frames are told of: with others, or else now and then."""
        now = time.monotonic()
        if self._upto_ns and (now - self._upto_told > TELLS or (self._out and self._is_due())):
            if len(self._out) < MOST_WAITING:
                self._record(b"U", TIME.pack(self._upto_ns))
            self._upto_told, self._upto_ns = now, 0

    def _drain(self, number: int, tap: socket.socket, found: set[Ends]) -> bool:
        """Take the frames that wait at a card, and note whose sockets they are for.

        Returns whether these were all.
        """
        for _ in range(AT_ONCE):
            try:
                frame, ancillary, _, sender = tap.recvmsg(262144, 64)
            except BlockingIOError:
                return True
            except OSError:  # the card is down
                return True
            if is_marker(frame):
                continue
            self._stirred = time.monotonic()
            if len(self._out) > MOST_WAITING:
                self._missed += 1
                continue
            outgoing = sender[2] == PACKET_OUTGOING
            seconds, nanoseconds = struct.unpack("=qq", ancillary[0][2][:16])
            time_ns = seconds * 1_000_000_000 + nanoseconds
            self._record(b"F", FRAME.pack(number, outgoing, time_ns, len(frame)) + frame)
            if (ends := ends_of(frame, outgoing)) is not None:
                found.add(ends)
        return False

    def _look(self, found: set[Ends]) -> None:
        """Sample the sockets of these connections, and all that are due."""
        for ends in found:
            self._watch.look(ends)
        self._watch.tick(time.time_ns(), stirred=bool(found))
        if self._watch.samples:
            rows, self._watch.samples = self._watch.samples, []
            self._record(b"S", json.dumps(rows).encode())
        self._watch.forget_gone(MOST_KNOWN)
        if time.monotonic() - self._counted > 1:
            self._counted = time.monotonic()
            for _, tap in self._sockets.values():
                with contextlib.suppress(OSError):
                    told = tap.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8)
                    self._missed += struct.unpack("=II", told)[1]
            if self._missed:
                missed, self._missed = self._missed, 0
                self._record(b"L", json.dumps(missed).encode())

    def _ask(self) -> None:
        """Tell what is done to this host, where that is news."""
        if (now := time.monotonic()) - self._asked > ASKS and len(self._out) < MOST_WAITING:
            self._asked = now
            if (found := guards.in_force()) != self._guarded:
                self._guarded = found
                self._record(b"G", json.dumps(found).encode())

    def _record(self, kind: bytes, body: bytes) -> None:
        self._out += HEAD.pack(kind, len(body)) + body


def main(cards: list[str], buffer: int) -> None:
    """Stream what these cards see until the standard input ends."""
    Stream(cards, buffer).serve()
