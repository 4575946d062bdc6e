"""What the trace of a program tells."""

from __future__ import annotations

from dataclasses import dataclass

from lab.observation.calls.call import Call


@dataclass(frozen=True)
class Printed:
    """A write to stdout or stderr: how many bytes, and of those the first that are known."""

    stream: str
    began_ns: int
    ended_ns: int | None
    length: int
    data: bytes


@dataclass(frozen=True)
class Told:
    """What a trace tells: calls in the order of their beginnings, and what was printed.

    ``left_out`` is how many calls are not among them, as there are too many. ``is_whole`` says
    that the tracer saw the program's end.
    """

    calls: tuple[Call, ...] = ()
    printed: tuple[Printed, ...] = ()
    left_out: int = 0
    is_whole: bool = True
