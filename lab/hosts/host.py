"""A host of the running lab: run programs on it, and look at its sockets."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any

from lab.errors import HostUnavailable, UnknownName
from lab.hosts.channel import ANSWER_DEADLINE, Channel, RequestFailed
from lab.hosts.process import RunningProgram, Watcher
from lab.wire.address import Link, Service
from lab.wire.sockets.table import SocketEntry, entry

STUDENT = "student"
"""The user, and the group, that programs run as. Its number is another on each host."""

LIMITS: Mapping[str, int] = {
    "memory": 384 << 20,
    "cpu": 60,
    "processes": 256,
    "file": 64 << 20,
    "output": 1_000_000,
    "lines": 20_000,
}
"""What a program may use: bytes of data (its threads' stacks are a part), CPU seconds, processes,
bytes of a file, bytes printed, and lines."""

MOST_TAKEN = 2 << 20
"""The most bytes of a file that is taken from a host."""

LINE_BY_LINE: Mapping[str, str] = {
    "LD_PRELOAD": "/usr/libexec/coreutils/libstdbuf.so",
    "_STDBUF_I": "L",
    "_STDBUF_O": "L",
}
"""Has the C library give out each line at once, and a prompt before it reads, as at a terminal.

This is what stdbuf(1) sets: docs/decisions/0018.
"""

PATH = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"


class Host:
    """A host of the running lab, reached over its control channel."""

    def __init__(self, name: str, links: tuple[Link, ...]) -> None:
        self.name = name
        self.links = links
        self.addresses = links[0].addresses if links else {}
        self.channel: Channel
        self._programs: dict[int, RunningProgram] = {}
        self._early: list[tuple[Any, ...]] = []
        self._lock = threading.Lock()
        self.is_gone = False
        self.peers: tuple[Host, ...] = (self,)
        """The hosts of the same run: when one of them is gone, waiting for the others ends."""

    def link(self, network: str | None = None) -> Link:
        """Return the host's link to a network (None: the first); raises UnknownName."""
        for link in self.links:
            if network in (None, link.network):
                return link
        looking = f"looking for host {self.name} on network {network!r}"
        known = ", ".join(link.network for link in self.links)
        raise UnknownName(looking, f"it is on {known}", "lab status")

    def start(
        self,
        argv: list[str],
        *,
        name: str | None = None,
        folder: str = "/",
        environment: Mapping[str, str] | None = None,
        stdin: str | None = None,
        interactive: bool = False,
        as_root: bool = False,
        traced: bool = False,
        watcher: Watcher | None = None,
        verb: str = "start",
    ) -> RunningProgram:
        """Start a program as the ordinary user, under the lab's limits, and return at once.

        ``stdin`` is typed into it; None gives it an empty input. Its calls are traced where that
        is ``traced`` and the host can. ``verb`` is how the agent starts it. Raises HostUnavailable.
        """
        program = RunningProgram(self, name or argv[0], tuple(argv[1:]))
        program.watcher = watcher
        try:
            number, started_ns, program.untraced = self.channel.ask(
                verb,
                argv=argv,
                cwd=folder,
                env={
                    "PATH": PATH,
                    "HOME": "/root" if as_root else "/home/student",
                    "LANG": "C.UTF-8",
                    "PYTHONUNBUFFERED": "1",
                    "PYTHONDONTWRITEBYTECODE": "1",
                    **({} if as_root else LINE_BY_LINE),
                    "PYTHONNOUSERSITE": "1",
                    **(environment or {}),
                },
                stdin=stdin,
                interactive=interactive,
                user=None if as_root else STUDENT,
                limits=dict(LIMITS),
                traced=traced,
            )
        except RequestFailed as failure:
            raise HostUnavailable(
                f"starting {program.name} on host {self.name}",
                failure.text,
                f"lab exec {self.name} -- {' '.join(argv)}",
            ) from failure
        program.started_ns = started_ns
        if stdin:
            program.note_typed(stdin, started_ns, end=not interactive)
        program.number = number
        with self._lock:
            self._programs[number] = program
            early = [message for message in self._early if message[1] == number]
            self._early = [message for message in self._early if message[1] != number]
            for message in early:  # before those that come from now on
                program.receive(message)
        return program

    def wait_listening(
        self, services: tuple[Service, ...], program: RunningProgram | None, within: float
    ) -> str:
        """Wait until all are listened on: ``"listening"``, else ``"ended"`` or ``"deadline"``."""
        outcome: str = self.channel.ask(
            "wait_listening",
            within=within + 10,
            services=[(service.protocol, service.port) for service in services],
            program=program.number if program else None,
            deadline=within,
        )
        return outcome

    def sockets(self) -> tuple[SocketEntry, ...]:
        """Return every TCP and UDP socket of the host, now."""
        return tuple(map(entry, self.channel.ask("sockets")))

    def command(self, *argv: str, within: float = 10.0) -> tuple[int, str, str]:
        """Run one of the lab's own commands as root: exit status, stdout, stderr."""
        done = self.channel.ask("run", within=within + 5, argv=list(argv), deadline=within)
        status, stdout, stderr = done
        return status, stdout, stderr

    def end_leftovers(self, folder: str) -> Future[Any]:
        """End processes and connections of earlier runs, once nobody else has the runs' folder.

        Returns before it is done.
        """
        return self.channel.request("end_leftovers", user=STUDENT, folder=folder)

    def renew(self) -> Future[Any]:
        """Make files, IPC objects and what the kernel learned as new; returns before it is done."""
        return self.channel.request("renew", user=STUDENT)

    def put(self, folder: str, files: Mapping[str, bytes]) -> Future[Any]:
        """Make a folder of the ordinary user's with these files; returns before it is done."""
        return self.channel.request("put", folder=folder, files=dict(files), user=STUDENT)

    def add(self, folder: str, files: Mapping[str, bytes]) -> Future[Any]:
        """Put files into a folder that is there, instead of those of the same names."""
        return self.channel.request("add", folder=folder, files=dict(files), user=STUDENT)

    def take(self, folder: str, name: str) -> tuple[int, bytes | None]:
        """Take a file out of a folder; return its size and content, 0 and None if it is missing.

        A file of more than MOST_TAKEN bytes is removed as well, but its content is None.
        """
        size, content = self.channel.ask("take", folder=folder, name=name, most=MOST_TAKEN)
        return int(size), content

    def clear(self, folder: str) -> Future[Any]:
        """End what still runs of the programs, and remove their folder."""
        with self._lock:
            self._programs.clear()
        return self.channel.request("clear", folder=folder)

    def ask(self, verb: str, *, within: float = ANSWER_DEADLINE, **arguments: Any) -> Any:
        """Have the agent do something, and return its answer; raises HostUnavailable."""
        return self.channel.ask(verb, within=within, **arguments)

    def request(self, verb: str, **arguments: Any) -> Future[Any]:
        """Have the agent do something, and return at once."""
        return self.channel.request(verb, **arguments)

    def answer(self, future: Future[Any], verb: str, within: float = ANSWER_DEADLINE) -> Any:
        """Wait for the answer to a request; raises HostUnavailable."""
        return self.channel.answer(future, verb, within)

    def check(self) -> None:
        """Raise HostUnavailable where the host is gone."""
        if self.is_gone:
            self.channel.ask("hello")

    def report(self, message: tuple[Any, ...]) -> None:
        """Pass a message of the agent on to the program that it is about."""
        if message[0] == "gone":
            self.is_gone = True
            for host in self.peers:
                with host._lock:
                    programs = list(host._programs.values())
                for program in programs:
                    program.lost()
            return
        with self._lock:
            found = self._programs.get(message[1])
            if found is None:
                self._early.append(message)
                return
        found.receive(message)
