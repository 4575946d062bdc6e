"""A run step by step: which line moved, and what happened until all was at rest again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from itertools import groupby
from typing import Any

VERSION = 1
"""The version of ``steps.json``; a reader refuses another."""

CHOSEN = 32768
"""The first port that the kernel chooses."""


@dataclass(frozen=True)
class Place:
    """A line of a program's source: the file's name as its host has it, and the function."""

    file: str
    line: int
    function: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Lane:
    """One thread of a program as it is at rest.

    ``program`` is the program's number in the walk, ``number`` the thread's in the program.
    ``status`` is ``stands`` (before the line at ``place``), ``waits`` (in the line at ``place``, in
    ``call``; for at most ``seconds``, None for ever) or ``ended``.
    """

    program: int
    number: int
    status: str
    place: Place | None = None
    call: str = ""
    seconds: float | None = None


@dataclass(frozen=True)
class Stepped:
    """A program of a walk: its host, its file, and its role, ``server`` or ``client``."""

    host: str
    file: str
    role: str

    @property
    def is_server(self) -> bool:
        """Whether it promised to listen."""
        return self.role == "server"


@dataclass(frozen=True)
class Crossing:
    """One packet between two hosts: what it says, and whether it was lost.

    ``kind`` is what :func:`lab.wire.describe.describe` calls it.
    """

    sender: str
    receiver: str
    text: str
    style: str = ""
    lost: bool = False
    kind: str = ""


def folded(packets: Iterable[Crossing]) -> tuple[Crossing, ...]:
    """Return packets with each name look-up as one: its answers cross its further questions."""
    found: list[Crossing] = []
    for kind, several in groupby(packets, lambda each: each.kind):
        group = list(several)
        if kind == "dns":
            text = f"name look-up, {len(group)} packets"
            group = [replace(group[0], text=text)]
        found += group
    return tuple(found)


@dataclass(frozen=True)
class SocketState:
    """A socket of a host at rest: its ends, its state, and bytes that wait in its two queues.

    Of a listening TCP socket ``unread`` counts connections that wait for ``accept``.
    """

    host: str
    protocol: str
    ends: str
    state: str
    unread: int = 0
    unsent: int = 0


@dataclass(frozen=True)
class Printed:
    """What a program printed: whole lines, or the beginning of one."""

    program: int
    stream: str
    text: str


@dataclass(frozen=True)
class Variable:
    """A variable of a lane that is new or has changed; ``text`` is None where it is gone."""

    program: int
    lane: int
    name: str
    text: str | None


@dataclass(frozen=True)
class Made:
    """A call that a lane made on a socket, as the program made it, and what it returned."""

    program: int
    lane: int
    text: str


@dataclass(frozen=True)
class Step:
    """What one token did. ``kind`` is ``start``, ``line``, ``time`` or ``command``.

    ``mover`` is the lane that got the token (program and thread), ``ran`` the line that it ran.
    ``lanes`` and ``sockets`` are as they are at rest after it. ``calls`` are those on sockets
    that returned meanwhile. Times are epoch nanoseconds.
    """

    number: int
    kind: str
    mover: tuple[int, int] | None = None
    ran: Place | None = None
    lanes: tuple[Lane, ...] = ()
    packets: tuple[Crossing, ...] = ()
    sockets: tuple[SocketState, ...] = ()
    printed: tuple[Printed, ...] = ()
    variables: tuple[Variable, ...] = ()
    notes: tuple[str, ...] = ()
    calls: tuple[Made, ...] = ()
    began_ns: int = 0
    ended_ns: int = 0


@dataclass(frozen=True)
class Result:
    """How a walk ended. ``kind`` is ``ended``, ``deadlock``, ``refused``, ``failed`` or ``left``.

    ``text`` is a sentence on it.
    """

    kind: str
    text: str

    @property
    def exit_status(self) -> int:
        """0 where all programs went their way to the end, or the reader left; else 1."""
        return 0 if self.kind in ("ended", "left") else 1


@dataclass(frozen=True)
class Walk:
    """All steps of a run. ``sources`` are the files by host and name."""

    scenario: str
    family: str
    order: str
    programs: tuple[Stepped, ...] = ()
    sources: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    result: Result | None = None

    def to_json(self) -> dict[str, Any]:
        """Return what ``steps.json`` holds."""
        return {"version": VERSION, **asdict(self)}

    def step_at(self, time_ns: int) -> int | None:
        """Return the number of the step to which a time belongs; None after the last."""
        return next((step.number for step in self.steps if time_ns <= step.ended_ns), None)

    def text(self) -> str:
        """Return ``steps.json``."""
        return json.dumps(self.to_json(), indent=1, ensure_ascii=False) + "\n"

    def essence(self) -> str:
        """Return what must be the same where the same order is taken again."""
        return essence(self.text())


def essence(text: str, *, own: bool = True) -> str:
    """Return of ``steps.json`` what must be the same where the same order is taken again.

    Times are left out, also those that a program shows. Ports that the kernel chose are numbered
    in the order in which they were seen, and sockets stand in the order of these numbers. A socket
    in TIME_WAIT counts in its first step only, for the kernel's clock ends it. Without ``own`` that
    is left out which the kernel does by its clock: packets (ACKs of their own, retransmissions,
    probes), and how many bytes lie in its queues.
    """
    told = json.loads(text)
    seen: dict[str, str] = {}
    leaving: set[tuple[str, str]] = set()
    for step in told["steps"]:
        del step["began_ns"], step["ended_ns"]
        for each in step["sockets"]:
            for port in re.findall(r":(\d+)", each["ends"]):
                if int(port) >= CHOSEN:
                    seen.setdefault(port, f"port-{len(seen) + 1}")
        step["sockets"].sort(key=lambda each: (each["host"], _numbered(each["ends"], seen)))
        gone = {(s["host"], s["ends"]) for s in step["sockets"] if s["state"] == "TIME_WAIT"}
        step["sockets"] = [s for s in step["sockets"] if (s["host"], s["ends"]) not in leaving]
        leaving |= gone
        if not own:
            step["packets"] = [each for each in step["packets"] if not _by_the_clock(each)]
            for each in step["sockets"]:
                del each["unread"], each["unsent"]
    text = re.sub(r"\d\d:\d\d:\d*", "time", json.dumps(told, indent=1))
    return _numbered(text, seen)


def _numbered(text: str, ports: Mapping[str, str]) -> str:
    return re.sub(r"\b\d{5}\b", lambda found: ports.get(found[0], found[0]), text)


def _by_the_clock(packet: Mapping[str, str]) -> bool:
    return packet["kind"] == "ack" or packet["text"].endswith(("retransmission", "probe"))
