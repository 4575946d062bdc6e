"""Run a failed expectation once more, and keep every value that it reads from the run.

An expectation is a function of a run, and a run does not change, so the second time gives the same.
"""

from __future__ import annotations

import operator
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from types import CodeType
from typing import Any, NamedTuple

from lab.observation.observation import HostObservation
from lab.observation.route import Route, Sighting
from lab.observation.transcript import Line, Transcript
from lab.wire.address import Address
from lab.wire.conversation import Conversation, Datagram, Event, Message, http
from lab.wire.packet import Packet
from lab.wire.packet.header.header import Header

MOST = 100_000
"""Reads that are kept: the last ones."""

_WATCHED: tuple[type, ...] = (
    *(HostObservation, Transcript, Line, Route, Sighting),
    *(Address, Conversation, Datagram, Event, Message, http.Message, Packet, Header),
)
_HOLDS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "is": operator.is_,
    "in": lambda left, right: left in right,
    "not in": lambda left, right: left not in right,
}


class Read(NamedTuple):
    """One attribute that was read: of what, by which code, in which line of the code's file."""

    owner: object
    name: str
    value: Any
    code: CodeType
    line: int


@dataclass
class Rerun:
    """What a second run of an expectation read, where it failed, and what it compared there."""

    reads: deque[Read] = field(default_factory=lambda: deque(maxlen=MOST))
    compared: tuple[str, Any, Any] | None = None
    raised: BaseException | None = None


_now: list[Rerun] = []


def compared(sign: str, left: object, right: object) -> None:
    """Keep the sides of a comparison that pytest explains, if it is one that does not hold."""
    holds = _HOLDS.get(sign)
    if _now and not (holds and holds(left, right)):
        _now[-1].compared = (sign, left, right)


def run_again(expectation: Callable[[], object]) -> Rerun:
    """Run an expectation, and return what it read and compared until it failed."""
    rerun = Rerun()
    with _watched(rerun), redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        try:
            expectation()
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            rerun.raised = error
    return rerun


@contextmanager
def _watched(rerun: Rerun) -> Iterator[None]:
    """Keep what is read from the lab's values while this lasts."""
    _now.append(rerun)
    for kind in _WATCHED:
        setattr(kind, "__getattribute__", _watching(kind.__getattribute__, rerun.reads))  # noqa: B010
    try:
        yield
    finally:
        for kind in _WATCHED:
            delattr(kind, "__getattribute__")
        _now.pop()


def _watching(read: Callable[..., Any], kept: deque[Read]) -> Callable[[object, str], Any]:
    def reading(self: object, name: str) -> Any:
        value = read(self, name)
        if name[0] != "_" and not callable(value):
            caller = sys._getframe(1)
            kept.append(Read(self, name, value, caller.f_code, caller.f_lineno))
        return value

    return reading
