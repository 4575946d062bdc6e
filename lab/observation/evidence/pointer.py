"""Name one place in a run where an expectation fails: a packet, a line, a program's end."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pointer:
    """One place in a run, in a form that the run's record can keep.

    ``packet`` is a packet's number in the capture of ``host`` on ``network`` (None: its first
    network). Without a packet, ``program`` is the index of one of the host's programs, and
    ``line`` the index of a line that it printed, both from 0. A ``line`` behind the last one says
    that the program printed no more; None means the program's end. ``due`` says in words what
    should have been there; it is empty if that is not known.
    """

    host: str
    network: str | None = None
    packet: int | None = None
    program: int | None = None
    line: int | None = None
    due: str = ""
