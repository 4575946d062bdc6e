"""Terminals: a websocket on one side, a shell on a host on the other.

The page confirms what it has shown. While much is unconfirmed the shell waits, so that neither side
grows, and a key is not behind megabytes of output.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import struct

from starlette.websockets import WebSocket, WebSocketDisconnect

from lab.errors import LabError
from lab.hosts.host import STUDENT
from lab.hosts.tied_process import command, preamble
from lab.live.hosts import Hosts, ended

HEAD = struct.Struct(">cI")
SIZE = struct.Struct(">HH")
PIECE = 1 << 14
MOST_UNCONFIRMED = 1 << 17
"""Bytes that the page may have been sent and not yet shown."""

MOST_TYPED = 1 << 16
"""Bytes that one message may type."""

MOST_OPEN = 24
"""Terminals that may be open at once."""

MOST_CELLS = 1_000
"""Rows or columns of a window, at most."""


class Terminals:
    """Opens terminals on the hosts of one lab."""

    def __init__(self, hosts: Hosts) -> None:
        self._hosts = hosts
        self._open = 0

    async def serve(self, socket: WebSocket, host: str, user: str = STUDENT) -> None:
        """Serve one terminal until the page, the shell or the host ends."""
        await socket.accept()
        if self._open >= MOST_OPEN:
            await _say(socket, f"{MOST_OPEN} terminals are open already: close one")
            return
        try:
            identity = self._hosts.identity(host)
        except LabError as error:
            await _say(socket, str(error))
            return
        self._open += 1
        try:
            await self._serve(socket, identity, user)
        finally:
            self._open -= 1

    async def _serve(self, socket: WebSocket, identity: str, user: str) -> None:
        process = await asyncio.create_subprocess_exec(
            *command(identity),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=self._hosts.environment,
        )
        shell = Shell(socket, process)
        shell.write(preamble("terminal", user=user, rows=24, columns=80))
        shown = asyncio.create_task(shell.show())
        typed = asyncio.create_task(shell.type())
        try:
            await asyncio.wait((shown, typed), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in (shown, typed):
                each.cancel()
            await asyncio.gather(shown, typed, return_exceptions=True)
            status = await ended(process)
        killed = status < 0 or status > 128
        signal = "by a signal, as when a run begins on its host, or the host goes down"
        by = signal if killed else f"({status})"
        await _say(socket, f"the shell has ended {by}")


class Shell:
    """A shell and the page that shows it."""

    def __init__(self, socket: WebSocket, process: asyncio.subprocess.Process) -> None:
        self._socket = socket
        self._process = process
        self._unconfirmed = 0
        self._confirmed = asyncio.Event()

    def write(self, data: bytes) -> None:
        """Write to the process on the host."""
        if self._process.stdin is not None:
            self._process.stdin.write(data)

    async def show(self) -> None:
        """Send what the shell writes, as fast as the page shows it."""
        out = self._process.stdout
        while out is not None and (piece := await out.read(PIECE)):
            self._unconfirmed += len(piece)
            await self._socket.send_bytes(piece)
            while self._unconfirmed > MOST_UNCONFIRMED:
                self._confirmed.clear()
                await self._confirmed.wait()

    async def type(self) -> None:
        """Type what the page sends; it also says how large it is, and what it has shown."""
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            if (data := message.get("bytes")) is not None:
                if len(data) <= MOST_TYPED:
                    self.write(HEAD.pack(b"D", len(data)) + data)
            else:
                with contextlib.suppress(ValueError, TypeError, KeyError):
                    self._take(json.loads(message["text"]))
            if self._process.stdin is not None:
                await self._process.stdin.drain()

    def _take(self, said: dict[str, int]) -> None:
        if "shown" in said:
            self._unconfirmed = max(self._unconfirmed - max(int(said["shown"]), 0), 0)
            self._confirmed.set()
        if "rows" in said:
            size = (min(max(int(said[each]), 2), MOST_CELLS) for each in ("rows", "columns"))
            self.write(HEAD.pack(b"R", SIZE.size) + SIZE.pack(*size))


async def _say(socket: WebSocket, text: str) -> None:
    """Say how it ended, and close; fine where the page is gone."""
    with contextlib.suppress(RuntimeError, WebSocketDisconnect):
        await socket.send_text(json.dumps({"ended": text}))
        await socket.close()
