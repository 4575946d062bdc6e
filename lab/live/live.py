"""The live lab: hosts, ladder, runs, faults and viewers of one page, from its start to its end."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from lab.clone import Clone
from lab.errors import LabError
from lab.hosts.docker.apt import Say
from lab.hosts.docker.compose.lab import Lab
from lab.hosts.docker.engine.client import EngineClient
from lab.hosts.running_lab import RunningLab
from lab.live.captures import Captures
from lab.live.hindered import Hindered
from lab.live.hosts import Hosts
from lab.live.ladder import SNAPSHOT, Ladder
from lab.live.runs import Runs
from lab.live.terminals import Terminals
from lab.live.viewers import Viewer, Viewers


class Live:
    """What the page shows and does."""

    def __init__(self, clone: Clone, client: EngineClient, say: Say) -> None:
        self.clone = clone
        self.chosen = ""
        """The scenario that is ready to be run."""
        self.lab = lab = Lab(clone.root)
        self.viewers = Viewers()
        self.captures = Captures()
        self.hosts = Hosts(RunningLab(client, lab.project), self._told, self._ended, self._changed)
        self.ladder = Ladder(self.viewers, self.captures, lambda: self.hosts.known)
        self.runs = Runs(clone, self.viewers, self.ladder.note)
        self.terminals = Terminals(self.hosts)
        acting = RunningLab(client, lab.project, lambda hosts: lab.up(hosts, say))
        self.hindered = Hindered(acting, lab.topology.hosts, self.viewers)
        self._acting = acting

    @classmethod
    @contextlib.asynccontextmanager
    async def opened(cls, clone: Clone, client: EngineClient, say: Say) -> AsyncIterator[Live]:
        """Give a live lab, and end all of it at the end: on the hosts nothing is left."""
        live = cls(clone, client, say)
        tasks = [
            asyncio.create_task(each)
            for each in (live.hosts.follow(), live.ladder.draw(), live.hindered.count())
        ]
        try:
            yield live
        finally:
            await live.runs.stop()
            await live.hindered.undo_of(None)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.to_thread(live._acting.close)
            live.captures.close()

    def join(self, viewer: Viewer) -> None:
        """Have a page see what is and what comes."""
        self.viewers.join(viewer)
        viewer.tell(json.dumps(self.snapshot()))

    async def leave(self, viewer: Viewer) -> None:
        """Forget a page that is closed, and undo its faults."""
        self.viewers.leave(viewer)
        await self.hindered.undo_of(viewer)

    def snapshot(self) -> dict[str, Any]:
        """Return the last items, for a page that comes later or has missed some."""
        return {"items": self.ladder.items.last(SNAPSHOT), "links": {}, **self.ladder.counts}

    async def do(self, viewer: Viewer, asked: dict[str, Any]) -> None:
        """Do what a page asks for; one that only looks asks in vain."""
        does: dict[str, Callable[[], Awaitable[None]]] = {
            "run": lambda: self._run(asked),
            "stop": self.runs.stop,
            "move": lambda: self.runs.say({"move": str(asked.get("move"))}),
            "fault": lambda: self.hindered.set(viewer, asked),
            "undo": lambda: self.hindered.undo(int(asked.get("number", 0))),
        }
        wanted = does.get(str(asked.get("do")))
        if wanted is None or not viewer.touches:
            return
        try:
            await wanted()
        except (LabError, OSError, ValueError) as error:
            viewer.tell(json.dumps({"error": str(error)}))
        finally:
            viewer.tell(json.dumps({"did": asked["do"]}))

    async def _run(self, asked: dict[str, Any]) -> None:
        kinds = ("scenario", "server", "client", "step")
        kept = {key: asked[key] for key in kinds if asked.get(key)}
        families = [each for each in asked.get("families", []) if each in ("ipv4", "ipv6")]
        self.runs.begin({**kept, "families": families})

    def _told(self, host: str, told: Any) -> None:
        self.ladder.told(host, told)
        if told.guards is not None:
            self.hindered.elsewhere.take(host, told.guards)

    def _ended(self, host: str) -> None:
        self.ladder.ended(host)
        self.hindered.elsewhere.take(host, [])

    def _changed(self) -> None:
        watched = sorted(self.hosts.watched)
        told = {"hosts": self.hosts.states, "watched": watched, "problem": self.hosts.problem}
        self.viewers.hold("hosts", told)
