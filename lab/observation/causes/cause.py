"""Why a run failed: a sentence, and where the run shows it."""

from __future__ import annotations

from dataclasses import dataclass

from lab.wire.packet import Packet


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason why a run failed, at a host and a moment (epoch nanoseconds).

    ``inferred`` says that it follows from what was observed, but was not itself observed.
    ``packet`` is the packet that shows it, where one does.
    """

    sentence: str
    host: str
    time_ns: int
    inferred: bool = False
    packet: Packet | None = None
