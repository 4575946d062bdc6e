"""Where a run left the path that an expectation describes: a packet, a line, a program's end."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pointer:
    """One place in a run, named so that it can be kept with the run's record.

    A packet is the one of that number in a capture of ``host``: on ``network``, or on its first
    one. Else it is the line of that index (from 0) that the host's program of that index printed:
    behind the last one where it printed no more, None where its end is what matters. ``due`` is
    what should have been there, in words; empty where that is not known.
    """

    host: str
    network: str | None = None
    packet: int | None = None
    program: int | None = None
    line: int | None = None
    due: str = ""
