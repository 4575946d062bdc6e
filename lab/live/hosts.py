"""The hosts of the lab as they come and go, and a stream of what each of them sees."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field

from lab.errors import LabError
from lab.hosts.running_lab import RunningLab
from lab.hosts.tied_process import command, preamble
from lab.live.frames import Records, Told
from lab.live.window import Known

LOOKS_APART = 1.0
"""Seconds between two questions to the engine; a stream that ends asks at once."""

PIECE = 1 << 17
BUFFER = 8 << 20
"""Bytes that the kernel may hold for each card while its stream is busy."""

ENDS_WITHIN = 3.0
"""Seconds that a process on a host may take to end once its standard input has."""

MOST_TAPPED = 24
"""Hosts that are tapped at once: each takes a process here and one there."""


@dataclass
class Tapped:
    """A host with a stream: its identity, the process here that carries it, and who reads that."""

    identity: str
    process: asyncio.subprocess.Process
    reading: asyncio.Task[None] = field(init=False)


class Hosts:
    """Follows the hosts of one lab until it is closed. For one event loop."""

    def __init__(
        self,
        network: RunningLab,
        told: Callable[[str, Told], None],
        ended: Callable[[str], None],
        changed: Callable[[], None],
    ) -> None:
        """``told`` gets what each stream tells, ``ended`` whose it was; ``changed`` tells of hosts.

        ``changed`` is called when hosts come or go, or their streams do.
        """
        self._network = network
        self._told = told
        self._stream_ended = ended
        self._changed = changed
        self._tapped: dict[str, Tapped] = {}
        self._news = asyncio.Event()
        self.known = Known({}, {})
        self.states: dict[str, str] = {}
        self.watched: set[str] = set()
        """Hosts whose stream has begun to tell of all frames."""
        self.problem = ""
        """Why the engine could not be asked; empty where it could."""

    async def follow(self) -> None:
        """Follow the hosts until cancelled; at the end, end all streams."""
        try:
            while True:
                try:
                    await self._look()
                except Exception as error:  # whatever the engine answers: the next look may do
                    self._tell(self.states, f"looking at the hosts: {error!r}")
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), LOOKS_APART)
                self._news.clear()
        finally:
            await asyncio.gather(*(self._end(each) for each in self._tapped.values()))

    def identity(self, name: str) -> str:
        """Return the engine's id of a running host; raises UnknownName or HostUnavailable."""
        return self._network.identity(name)

    @property
    def environment(self) -> dict[str, str]:
        """What Docker's commands need to find the engine."""
        return self._network.client.endpoint.environment()

    async def _look(self) -> None:
        """Ask which hosts there are; begin and end streams as that says."""
        try:
            await asyncio.to_thread(self._network.refresh)
            states = {name: state for name, _, _, state in self._network.rows()}
            up = self._network.up
            links = {name: self._network.links(name) for name in up}
            self.known, problem = Known(links, self._network.names), ""
        except (LabError, OSError) as error:
            states, up, problem = self.states, list(self._tapped), str(error)
        self._tell(states, problem)
        for name in [name for name in self._tapped if name not in up]:
            await self._end(self._tapped.pop(name))
        for name in up[:MOST_TAPPED]:
            tapped = self._tapped.get(name)
            with contextlib.suppress(LabError):
                identity = self._network.identity(name)
                if tapped and (tapped.identity != identity or tapped.reading.done()):
                    await self._end(self._tapped.pop(name))
                if name not in self._tapped and self.known.links.get(name):
                    self._tapped[name] = await self._begin(name, identity)

    def _tell(self, states: dict[str, str], problem: str) -> None:
        """Tell what the hosts are now, where that is news."""
        if (states, problem) != (self.states, self.problem):
            self.states, self.problem = states, problem
            self._changed()

    async def _begin(self, name: str, identity: str) -> Tapped:
        links = self.known.links[name]
        process = await asyncio.create_subprocess_exec(
            *command(identity),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=self.environment,
        )
        tapped = Tapped(identity, process)
        tapped.reading = asyncio.create_task(
            self._read(name, process, [link.network for link in links])
        )
        if process.stdin is not None:
            cards = [link.mac for link in links]
            process.stdin.write(preamble("stream", cards=cards, buffer=BUFFER))
        return tapped

    async def _read(
        self, name: str, process: asyncio.subprocess.Process, networks: list[str]
    ) -> None:
        records = Records(name, networks)
        out = process.stdout
        try:
            while out is not None and (piece := await out.read(PIECE)):
                told = records.take(piece)
                self._told(name, told)
                if told.began_ns:
                    self.watched.add(name)
                    self._changed()
        except ValueError:  # the host was made to say something else: its stream is begun anew
            process.terminate()
        finally:
            self.watched.discard(name)
            self._stream_ended(name)
        self._changed()
        self._news.set()

    async def _end(self, tapped: Tapped) -> None:
        """End a stream: its process on the host ends with its input."""
        tapped.reading.cancel()
        await ended(tapped.process)


async def ended(process: asyncio.subprocess.Process) -> int:
    """Close the input of a process on a host, wait until it has ended, and return its status."""
    if process.stdin is not None:
        process.stdin.close()
    with contextlib.suppress(ProcessLookupError):
        try:
            # What it still wrote is read: it must not wait for a reader.
            await asyncio.wait_for(process.communicate(), ENDS_WITHIN)
        except TimeoutError:
            process.kill()
            await process.wait()
    return process.returncode or 0
