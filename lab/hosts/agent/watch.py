"""Sample the sockets of this host: those whose packets pass, and what listens."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

from lab.hosts.agent import sockets
from lab.hosts.agent.sockets import GONE, Ends, Entry, Table

COUNTERS = (Path("/proc/net/sockstat"), Path("/proc/net/sockstat6"))
"""Where the kernel counts the sockets of this host's network."""

COUNT = re.compile(rb"(?:used|inuse) (\d+)")
"""The counts of this host alone; the others are those of the whole machine."""


class Watch:
    """Samples of the sockets of interest: those whose packets passed, and what listens.

    ``samples`` grows by one row ``(time_ns, *Entry)`` whenever a socket's state, or with it its
    queues, differ from the last row; a socket that is gone gives a row in state GONE.
    ``began_ns`` is when what listens was read first: there may have been nothing.
    """

    UNSTIRRED_NS = 40_000_000
    """How long what listens may go unread while no frame passes and the kernel counts as many."""

    LONGEST_NS = 500_000_000
    """How long at the most; a clock that is set back makes it no longer."""

    PAUSE = 3
    """How many times as long as the last look at all of them took the next one waits."""

    LIMIT = 50_000

    def __init__(self, every: int = 4) -> None:
        """``every`` ms a known socket is looked at again, where there are few."""
        self.every = every
        self._table = Table()
        self._counters = [os.open(path, os.O_RDONLY) for path in COUNTERS if path.exists()]
        self._said: list[bytes] = []
        self._counts: list[bytes] = []
        self._unread = True
        self._known: dict[Ends, Entry | None] = {}
        self._living: dict[Ends, tuple[bytes, bytes]] = {}
        """Of each that is there: what asks the kernel for it, and what was told by the last answer.

        Most answers are as the last one, and are not decoded.
        """
        self._bound: dict[tuple[object, ...], Entry] = {}
        self._due_ns = self._read_ns = 0
        self.began_ns = 0
        self.samples: list[tuple[object, ...]] = []
        self.unsampled = 0
        """How many changes came when there were samples enough."""

    def close(self) -> None:
        """Ask the kernel nothing more."""
        self._table.close()
        for counter in self._counters:
            os.close(counter)

    def tick(self, now_ns: int, *, at_once: bool = False, stirred: bool = False) -> None:
        """Look again at all known sockets and at what listens, where that is due.

        ``stirred`` says that frames have passed.
        """
        self._unread |= at_once or stirred
        if 0 < self._due_ns - now_ns <= self.LONGEST_NS and not at_once:
            return
        for ends in list(self._living):
            self.look(ends)
        if self._may_listen_anew(now_ns):
            self._read_what_listens()
            self._read_ns, self._unread = now_ns, False
        took_ns = time.time_ns() - now_ns
        pause_ns = min(max(self.every * 1_000_000, took_ns * (1 + self.PAUSE)), self.LONGEST_NS)
        self._due_ns = now_ns + pause_ns

    def _may_listen_anew(self, now_ns: int) -> bool:
        """Whether what listens may differ from what was read: to count takes a fiftieth of reading.

        As many as before may be others, which the next frame tells, or the next reading.
        """
        said = [os.pread(each, 4096, 0) for each in self._counters]
        before = self._counts
        if said != self._said:
            self._said, self._counts = said, COUNT.findall(b"".join(said))
        is_fresh = 0 <= now_ns - self._read_ns < self.UNSTIRRED_NS
        return self._unread or not is_fresh or not self._counts or self._counts != before

    def _read_what_listens(self) -> None:
        bound: dict[tuple[object, ...], Entry] = {
            (*entry[:6], entry.inode): entry for entry in self._table.listening()
        }
        stamp = time.time_ns()
        self.began_ns = self.began_ns or stamp
        for key in bound.keys() - self._bound.keys():
            self._row(stamp, bound[key])
        for key in self._bound.keys() - bound.keys():
            self._row(stamp, self._bound[key]._replace(state=GONE))
        self._bound = bound

    def unsettled(self) -> list[Entry]:
        """Return the known TCP sockets that still owe or await a packet of their own accord."""
        for ends in list(self._known):
            self.look(ends)
        in_between = {2, 3, 4, 9, 11}
        return [
            entry
            for entry in self._known.values()
            if entry is not None and (entry.state in in_between or entry.send_queue)
        ]

    def forget_gone(self, most: int) -> None:
        """Forget connections that are over where more than ``most`` are remembered."""
        if len(self._known) > most:
            self._known = {ends: entry for ends, entry in self._known.items() if entry is not None}

    def look(self, ends: Ends) -> None:
        """Look at the socket whose packet has just passed."""
        question, told = self._living.get(ends) or (sockets.question(*ends), b"")
        answer = self._table.asked(question)
        stamp = time.time_ns()
        if answer and told == (now := sockets.told_by(answer)):
            return
        before = self._known.get(ends)
        if answer:
            self._living[ends] = question, now
            self._known[ends] = entry = sockets.entry(answer)
            if before is None or before[5:8] != entry[5:8]:
                self._row(stamp, entry)
        elif ends in self._known:
            if before is not None:
                self._row(stamp, before._replace(state=GONE, receive_queue=0, send_queue=0))
            self._living.pop(ends, None)
            self._known[ends] = None

    def _row(self, stamp: int, entry: Entry) -> None:
        if len(self.samples) < self.LIMIT:
            self.samples.append((stamp, *entry))
        else:
            self.unsampled += 1
