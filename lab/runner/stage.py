"""The stage of one run: the hosts that a scenario's steps act on, and what the run records."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lab.errors import ScenarioInvalid, WaitedInVain
from lab.hosts.host import Host
from lab.runner.backstage import Backstage
from lab.runner.faults import Faults, Placed
from lab.runner.pace import WITHIN
from lab.runner.stage_host import StageHost
from lab.scenario.fault import Fault, PowerCut
from lab.scenario.files import Files
from lab.wire.address import Family

GRACE = 3.0
"""Seconds that a server may go on after the last other program has ended."""


class Stage(Backstage):
    """What a scenario's ``steps`` receive: hosts (``lab.client``), words (``lab.word``), family."""

    def __init__(
        self,
        hosts: Mapping[str, Host],
        family: Family,
        addresses: Mapping[str, str],
        *,
        files: Mapping[str, Files],
        named: Mapping[str, tuple[str, ...]] | None = None,
        faults: Faults | None = None,
        **shared: Any,
    ) -> None:
        """``addresses`` names every host of the lab, ``files`` gives those of each that takes part.

        Without ``faults`` none of those that the steps set happens. What else a run's hosts share
        is as in :class:`Backstage`.
        """
        super().__init__(family, addresses, **shared)
        self._faults = faults
        self.failed_steps: list[str] = []
        there = named or {}
        self._hosts = {
            name: StageHost(host, self, files[name], there.get(name, ()))
            for name, host in hosts.items()
        }

    def __getattr__(self, name: str) -> StageHost:
        """Return the host of that name."""
        if name.startswith("_"):
            raise AttributeError(name)
        return self.host(name)

    def host(self, name: str) -> StageHost:
        """Return the host of that name; raises ScenarioInvalid where it does not take part."""
        if name not in self._hosts:
            raise ScenarioInvalid(
                "playing the scenario's steps",
                f"they use a host {name!r}, which does not take part",
                f"Scenario(hosts=({name!r}, …), steps=…)",
            )
        return self._hosts[name]

    @contextlib.contextmanager
    def fault(
        self,
        fault: Fault,
        *,
        on: str | None = None,
        towards: str | None = None,
        at: str | None = None,
    ) -> Iterator[Placed]:
        """Have a fault within the block; what it met is told in the run's remarks.

        ``on`` names a network and ``towards`` a host, so that it meets what goes there; ``at`` is
        the host of a fault that happens to a host. Raises FaultUnavailable.
        """
        if self._faults is None:
            yield Placed(f"{fault}, left out")
            return
        if isinstance(fault, PowerCut) and at in self._hosts:
            for started in self._hosts[at].played:
                started.running.served = not started.has_ended
        setting = self._faults.fault(fault, on=on, towards=towards, at=at)
        placed = None
        try:
            with setting as placed:
                yield placed
        finally:
            if placed is not None:
                self.remarks.append(str(placed))

    @contextlib.contextmanager
    def waits(self) -> Iterator[None]:
        """Count the time within as spent waiting on purpose."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.waiting += time.monotonic() - began

    def wait_until(
        self, holds: Callable[[], bool], within: float = WITHIN, *, required: bool = True
    ) -> bool:
        """Wait until ``holds()`` is true; raise WaitedInVain if it is ``required`` and is not."""
        seconds = self.pace.patience(within, required=required)
        is_met = self.pace.until(holds, seconds)
        if required and not is_met:
            raise WaitedInVain(f"what it waits for did not come within {seconds:g} s")
        return is_met
