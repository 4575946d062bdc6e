"""The live ladder: what the streams tell becomes items, as many as can be read.

What is more than that is counted, kept in the captures, and its place in the ladder is marked.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from lab.live.captures import Captures
from lab.live.frames import Frame, Told
from lab.live.heard import Heard
from lab.live.item import Item, ms, noted
from lab.live.kept import Items
from lab.live.viewers import Viewers
from lab.live.window import SETTLES_NS, Known, Window

GATHERS = 0.04
"""Seconds that packets wait for others, so that both taps' sightings of one come together."""

IDLE, CROWDED = 1, 2
"""How many times as long as drawing took the ladder leaves the processor to others; the other while
more crosses than is drawn: then a key in a shell comes first."""

AT_ONCE, EACH_SECOND = 300, 100
"""Sightings that are drawn of a burst, and of what goes on: nobody can read more."""

MOST_PENDING = 100_000
"""Frames that may wait to be drawn or kept; what comes then is lost, and counted."""

SNAPSHOT = 600
"""Items that a viewer gets who comes later."""


class Ladder:
    """Draws what is told for all viewers. For one event loop."""

    def __init__(self, viewers: Viewers, captures: Captures, known: Callable[[], Known]) -> None:
        self.began_ns = time.time_ns()
        self.items = Items()
        self.undrawn = self.lost = 0
        self._viewers = viewers
        self._captures = captures
        self._known = known
        self._window = Window(self.began_ns)
        self._heard = Heard()
        self._newest_ns = 0
        self._anew: set[str] = set()
        self._is_crowded = False
        self._frames: list[Frame] = []
        self._rows: dict[str, list[list[Any]]] = {}
        self._notes: list[tuple[int, str, str, str]] = []
        self._news = asyncio.Event()
        self._room: float = AT_ONCE
        self._at = time.monotonic()
        self._gap: Item | None = None

    def told(self, host: str, told: Told) -> None:
        """Take in what a host's stream told."""
        self._heard.take(host, told)
        if told.lost:
            self.lost += told.lost
            self._window.cut(told.upto_ns or self._heard.upto(time.time_ns()))
        if len(self._frames) + len(told.frames) > MOST_PENDING:
            self.lost += len(told.frames)
            self._window.cut(told.frames[-1].time_ns)
        else:
            self._frames += told.frames
        if told.began_ns:
            self._anew.add(host)
        rows = self._rows.setdefault(host, [])
        rows += told.rows
        del rows[:-2_000]
        if told.frames or told.rows or told.lost:
            self._news.set()

    def ended(self, host: str) -> None:
        """Note that a host's stream has ended."""
        self._heard.forget(host)

    def note(self, time_ns: int, host: str, text: str, kind: str) -> None:
        """Have a note stand beside a host's life line, as one of a run's story."""
        self._notes.append((time_ns, host, text, kind))
        self._news.set()

    @property
    def counts(self) -> dict[str, Any]:
        """How many packets were not drawn, were lost to the page, and are kept no longer."""
        forgotten = self._captures.forgotten
        return {"undrawn": self.undrawn, "lost": self.lost, "forgotten": dict(forgotten)}

    def clear(self) -> None:
        """Forget what is drawn."""
        self.items.clear()
        self._gap = None

    async def draw(self) -> None:
        """Draw until cancelled."""
        settles = 0.0
        while True:
            left = settles - time.monotonic()
            if left > 0 or not self._is_settled():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), 0.3)
            else:
                await self._news.wait()
            if self._news.is_set():
                settles = time.monotonic() + SETTLES_NS / 1e9
            self._news.clear()
            await asyncio.sleep(GATHERS)
            began = time.monotonic()
            await self._turn()
            idle = CROWDED if self._is_crowded else IDLE
            await asyncio.sleep(idle * (time.monotonic() - began))

    def _is_settled(self) -> bool:
        """Tell whether all streams have told of the time in which the last packet may change."""
        settled_ns = self._newest_ns + SETTLES_NS
        return self._heard.upto(settled_ns) >= settled_ns

    async def _turn(self) -> None:
        """Draw what has come since the last turn."""
        heard = self._heard.now()
        frames, self._frames = self._frames, []
        rows, self._rows = self._rows, {}
        notes, self._notes = self._notes, []
        frames.sort(key=lambda each: each.time_ns)
        if frames:
            self._newest_ns = max(self._newest_ns, frames[-1].time_ns)
        drawn, rest = self._chosen(frames)
        self._is_crowded = bool(rest)
        items = await asyncio.to_thread(self._work, drawn, rest, rows, heard)
        for time_ns, host, text, kind in notes:
            number = self._window.next_number()
            items.append(noted(number, ms(time_ns, self.began_ns), host, text, kind))
        items += self._gaps(drawn, rest)
        for each in items:
            self.items.keep(each)
        links = Counter(f"{each.host}|{each.network}" for each in frames)
        if items or links:
            message = {"items": [each.told for each in items], "links": links}
            counts = self.counts
            self._viewers.tell({**message, **counts}, len(items))
        # Only now: who looks on does not wait for the disk.
        await asyncio.to_thread(self._keep, frames)

    def _chosen(self, frames: list[Frame]) -> tuple[list[Frame], list[Frame]]:
        """Return the frames that are drawn, and the rest."""
        now = time.monotonic()
        self._room = min(AT_ONCE, self._room + (now - self._at) * EACH_SECOND)
        self._at = now
        most = int(self._room)
        self._room -= min(len(frames), most)
        return frames[:most], frames[most:]

    def _work(
        self,
        drawn: list[Frame],
        rest: list[Frame],
        rows: dict[str, list[list[Any]]],
        heard: Heard,
    ) -> list[Item]:
        """Return the items of what is drawn."""
        while self._anew:
            self._window.begin_anew(self._anew.pop())
        self._window.add(drawn, rows)
        if rest:
            self._window.cut(rest[0].time_ns)
        return self._window.items(self._known(), heard)

    def _keep(self, frames: list[Frame]) -> None:
        """Keep all frames in the captures."""
        by_host: dict[str, list[Frame]] = {}
        for each in frames:
            by_host.setdefault(each.host, []).append(each)
        for host, own in by_host.items():
            self._captures.add(host, own)

    def _gaps(self, drawn: list[Frame], rest: list[Frame]) -> list[Item]:
        """Return the mark of what was not drawn; the last one grows where nothing came between."""
        packets = sum(each.outgoing for each in rest)
        self.undrawn += packets
        if drawn or not packets:
            self._gap = None
        if not packets:
            return []
        if self._gap is None:
            number, time_ns = self._window.next_number(), rest[0].time_ns
            told: dict[str, Any] = {"id": number, "t": ms(time_ns, self.began_ns), "gap": packets}
            self._gap = Item(number, told)
        else:
            told = self._gap.told
            self._gap = Item(self._gap.number, {**told, "gap": told["gap"] + packets})
        return [self._gap]
