"""The engines that the doctor asks: the clone's own, or both of a lab that is across two."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from lab.errors import LabError
from lab.hosts.docker.across.client import at
from lab.hosts.docker.across.lab import notes
from lab.hosts.docker.across.record import kept
from lab.hosts.docker.engine import engine
from lab.hosts.docker.engine.client import EngineClient
from lab.runner.check import Check


@dataclass(frozen=True)
class Asked:
    """One engine: its client, or why there is none, and where it is noted what was done for it.

    ``context`` is that of Docker's; empty where the lab has one engine.
    """

    context: str
    client: EngineClient | None
    missing: LabError | None
    note: Path

    def named(self, check: Check) -> Check:
        """Return a check that says of which engine it tells, where the lab has two."""
        return replace(check, seen=f"{self.context}: {check.seen}") if self.context else check


@contextmanager
def asked(root: Path) -> Iterator[list[Asked]]:
    """Yield the engine of the lab at ``root``, or both of one across two; never raises a LabError.

    One that does not answer is among them.
    """
    record = kept(root)
    with ExitStack() as at_end:
        found = []
        for context, note in zip(record.contexts if record else ("",), notes(root), strict=False):
            client: EngineClient | None = None
            missing: LabError | None = None
            try:
                client = engine.connect(at(context) if context else None)
                at_end.callback(client.close)
            except LabError as error:
                missing = error
            found.append(Asked(context, client, missing, note))
        yield found
