"""A run at a time by a button: a process of its own plays it, and all viewers see how it goes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from lab.clone import Clone
from lab.errors import UsageError
from lab.live.viewers import Viewers

MODULE = "lab.live.playing"
LONGEST = 8 << 20
"""Bytes of a line of what it tells."""

ENDS_WITHIN = 15.0
"""Seconds in which a run that is stopped takes its things off the hosts."""

Note = Callable[[int, str, str, str], None]


class Runs:
    """Plays what is asked for, one after the other."""

    def __init__(self, clone: Clone, viewers: Viewers, note: Note) -> None:
        """``note`` gets what programs print: time, host, text, and what it is."""
        self._clone = clone
        self._viewers = viewers
        self._note = note
        self._process: asyncio.subprocess.Process | None = None
        self._told: dict[str, Any] = {}
        self._last = 0
        self._walked = _no_steps()
        self._going: asyncio.Task[None] | None = None

    @property
    def is_going(self) -> bool:
        """Whether a run is being played."""
        return self._going is not None and not self._going.done()

    @property
    def walk(self) -> dict[str, Any]:
        """The steps of the run so far, as the player takes them; none where it is not stepped."""
        return {"run": self._last, "walked": self._walked}

    def begin(self, wanted: dict[str, Any]) -> None:
        """Begin a run; raises UsageError where one is being played."""
        if self.is_going:
            going = self._told["wanted"]
            named = going.get("scenario") or f"{going.get('server')} and {going.get('client')}"
            attempted = f"running {wanted.get('scenario') or wanted.get('server')}"
            advice = "wait for its end, or stop it"
            raise UsageError(attempted, f"a run is being played: {named}", advice)
        self._last += 1
        self._walked = _no_steps()
        self._told = {"run": self._last, "going": True, "wanted": wanted}
        self._told |= {"says": [], "runs": [], "pages": []}
        self._tell()
        self._going = asyncio.create_task(self._play(wanted))

    async def say(self, message: dict[str, Any]) -> None:
        """Say something to the process that plays: which program moves, in a walk."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.write(json.dumps(message).encode() + b"\n")
            with contextlib.suppress(ConnectionError):
                await self._process.stdin.drain()

    async def stop(self) -> None:
        """Stop the run that is being played, as Ctrl-C does, and wait for its end."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGINT)
        if self._going is not None:
            with contextlib.suppress(TimeoutError, asyncio.CancelledError):
                await asyncio.wait_for(asyncio.shield(self._going), ENDS_WITHIN)
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()

    async def _play(self, wanted: dict[str, Any]) -> None:
        process = self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", MODULE),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=LONGEST,
            start_new_session=True,
            env={**os.environ, "SOCKETLAB_ROOT": str(self._clone.root)},
        )
        try:
            await self.say(wanted)
            while process.stdout is not None and (line := await process.stdout.readline()):
                self._take(json.loads(line))
        finally:
            self._process = None
            if process.stdin is not None:
                process.stdin.close()
            status = await process.wait()
            self._told |= {"going": False, "status": self._told.get("status", status)}
            self._told["steps"] = len(self._walked["steps"])
            self._tell()

    def _take(self, said: dict[str, Any]) -> None:
        if "note" in said:
            self._note(*said["note"])
            return
        if "run" in said:
            self._told["runs"].append(said["run"])
        elif "page" in said:
            self._told["pages"].append(said["page"])
        elif "ended" in said:
            self._told["status"] = said["ended"]
        elif "walked" in said:
            self._step(said["walked"])
            return
        else:
            self._told |= said
            text = said.get("says") or said.get("plays") or said.get("error") or ""
            self._told["says"] = [*self._told["says"][-20:], text] if text else []
        self._tell()

    def _step(self, more: dict[str, Any]) -> None:
        """Take in steps, and tell them; a viewer who has missed some asks for all."""
        for key in ("lanes", "sockets", "steps"):
            self._walked[key] += more[key]
        self._walked |= {key: more[key] for key in ("programs", "sources") if key in more}
        self._viewers.tell({"walked": more, "run": self._last})

    def _tell(self) -> None:
        self._viewers.hold("run", {"running": self._told})


def _no_steps() -> dict[str, Any]:
    return {"first": 0, "lanes": [], "sockets": [], "steps": []}
