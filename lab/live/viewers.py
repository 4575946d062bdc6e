"""Who looks at the live page: each gets what is told in a queue of its own, which is bounded.

A viewer that does not take what it is told holds up nobody: it misses what no longer fits, and is
told how much that was. What holds (who is up, which faults are in force) it never misses: of that
only the last word waits.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Mapping
from typing import Any

MOST_WAITING = 200
"""Messages that wait for one viewer."""

MOST_BYTES = 4 << 20
"""Characters of them."""


class Viewer:
    """One page that is open; ``touches`` says whether it may change anything."""

    def __init__(self, touches: bool) -> None:
        self.touches = touches
        self.missed = 0
        self._waiting: deque[tuple[str, int]] = deque()
        self._size = 0
        self._holds: dict[str, str] = {}
        self._news = asyncio.Event()

    def tell(self, text: str, items: int = 0) -> None:
        """Have a message wait for this viewer; ``items`` are how many it is missed with."""
        self._waiting.append((text, items))
        self._size += len(text)
        while len(self._waiting) > MOST_WAITING or self._size > MOST_BYTES:
            dropped, lost = self._waiting.popleft()
            self._size -= len(dropped)
            self.missed += lost
        self._news.set()

    def hold(self, what: str, text: str) -> None:
        """Have this viewer told what holds, instead of what was to be told of the same before."""
        self._holds[what] = text
        self._news.set()

    async def messages(self) -> AsyncIterator[str]:
        """Yield the messages, each when it is there and the one before has been sent."""
        while True:
            while self._waiting or self._holds:
                if self._holds:
                    yield self._holds.pop(next(iter(self._holds)))
                    continue
                text, _ = self._waiting.popleft()
                self._size -= len(text)
                if self.missed:
                    missed, self.missed = self.missed, 0
                    yield json.dumps({"missed": missed})
                yield text
            self._news.clear()
            await self._news.wait()


class Viewers:
    """All pages that are open."""

    def __init__(self) -> None:
        self._all: set[Viewer] = set()
        self._lasting: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._all)

    def join(self, viewer: Viewer) -> None:
        """Add a viewer, and tell it what holds."""
        for what, text in self._lasting.items():
            viewer.hold(what, text)
        self._all.add(viewer)

    def leave(self, viewer: Viewer) -> None:
        """Forget a viewer."""
        self._all.discard(viewer)

    def tell(self, message: Mapping[str, Any], items: int = 0) -> None:
        """Tell all viewers."""
        text = json.dumps(message, separators=(",", ":"))
        for viewer in self._all:
            viewer.tell(text, items)

    def hold(self, what: str, message: Mapping[str, Any]) -> None:
        """Tell all viewers, and each that comes later, what holds from now on."""
        text = self._lasting[what] = json.dumps(message, separators=(",", ":"))
        for viewer in self._all:
            viewer.hold(what, text)
