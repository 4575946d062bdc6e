"""The folder of a run on one host: what the lab brings into it, and what programs leave there."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

from lab.hosts.host import MOST_TAKEN, Host
from lab.hosts.process import RunningProgram
from lab.runner.making import Made
from lab.scenario.program import Program

FOLDER = "/run/socketlab/run"
"""Where a scenario's files lie on its hosts during a run."""


class RunFolder:
    """The folder of a run on one host; ``sources`` are the files that programs got there."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.sources: dict[str, bytes] = {}

    def bring(self, program: Program, made: Made) -> Future[Any]:
        """Put a program's files there as the scenario has them; returns before it is done.

        An earlier program may have changed them. Raises ScenarioInvalid where it is to keep one.
        """
        program.check_kept(made.files)
        self.sources |= made.sources
        return self._host.add(FOLDER, made.files)

    def take(self, running: RunningProgram) -> str | None:
        """Take what a program keeps; its folder is without it then. Say what was too large."""
        names, running.keeps = running.keeps, ()
        remark = None
        for name in names:
            size, content = self._host.take(FOLDER, name)
            if content is not None:
                running.files[name] = content
            elif size:
                remark = (
                    f"{running.name} on {self._host.name} left {name} of {size >> 10} kB, which was"
                    f" not kept: {MOST_TAKEN >> 10} kB is the most"
                )
        return remark
