"""Faults by a button: each is set for one page, and undone when that page closes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from lab.errors import LabError, UsageError
from lab.hosts.running_lab import RunningLab
from lab.live.viewers import Viewer, Viewers
from lab.runner.faults import Faults, Placed
from lab.scenario.fault import Delay, Fault, LinkDown, Loss, Partition, Rate

LOOKS_APART = 1.0
"""Seconds between two looks at what faults have met."""

NEEDED = ("client", "remote")
"""Hosts that are brought up for a fault, with the routers between them: only routers lose."""

OWN = "/"
"""Stands between a host and a network, where the host's own link to it is meant."""

AWAY = "/"
"""Stands for the direction of what a host sends over its own link."""


@dataclass
class Set:
    """A fault that is in force: who set it, and what undoes it."""

    viewer: Viewer
    placed: Placed
    undone: ExitStack
    met: int | None = 0
    """How many packets it met; None where a card that is down carries none that could be counted.
    """


def fault_of(wanted: dict[str, Any]) -> Fault:
    """Return the fault that the page asks for; raises UsageError for what is none."""
    kind = str(wanted.get("kind"))
    try:
        amount = float(wanted.get("amount") or 0)
        if kind == "lose" and 0 < amount <= 100:
            return Loss(share=amount / 100) if amount < 100 else Loss()
        if kind == "delay" and 0 < amount <= 60_000:
            return Delay(seconds=amount / 1000)
        if kind == "rate" and amount >= 1_000:
            return Rate(bits_per_second=int(amount))
        if kind == "cut":
            return Partition()
    except (TypeError, ValueError, OverflowError):
        pass
    advice = "lose 1 to 100 %, delay by 1 to 60000 ms, a rate of 1000 bit/s or more, or cut"
    raise UsageError(f"setting a fault {kind!r}", f"{wanted.get('amount')!r} is no amount", advice)


def own_link_fault(host: str, wanted: dict[str, Any]) -> tuple[Fault, str | None, bool]:
    """Return the fault that is asked for at a host's own link, towards whom, and whether away.

    Raises UsageError. A cut both ways is a link that is down, which needs nothing of the kernel.
    """
    towards = str(wanted.get("towards") or "")
    if towards not in ("", host, AWAY):
        raise UsageError(
            f"setting a fault at {host}'s own link",
            f"all that {host} sends goes over it, not only what is for {towards}",
            f"choose both ways, {host}, or away from it; or a network with a router on it: middle",
        )
    if wanted.get("kind") == "cut" and not towards:
        return LinkDown(), None, False
    return fault_of(wanted), host if towards == host else None, towards == AWAY


class Hindered:
    """The faults in force. For one event loop."""

    def __init__(self, network: RunningLab, viewers: Viewers) -> None:
        self._network = network
        self._faults = Faults(network)
        self._viewers = viewers
        self._set: dict[int, Set] = {}
        self._turn = asyncio.Lock()
        self._last = 0
        self._lost: set[str] = set()

    async def set(self, viewer: Viewer, wanted: dict[str, Any]) -> None:
        """Set a fault for a page; raises LabError where it cannot happen."""
        link = str(wanted.get("link"))
        host, is_own, network = link.partition(OWN)
        where: dict[str, Any]
        if is_own:
            fault, towards, away = own_link_fault(host, wanted)
            needed: tuple[str, ...] = (host,)
            where = {"on": network, "at": host, "towards": towards}
            where["away_from"] = host if away else None
        else:
            fault, needed = fault_of(wanted), NEEDED
            where = {"on": link, "towards": str(wanted.get("towards") or "") or None}
        async with self._turn:
            undone = ExitStack()
            placed = await asyncio.to_thread(self._place, undone, fault, needed, where)
            self._last += 1
            met = None if isinstance(fault, LinkDown) else 0
            self._set[self._last] = Set(viewer, placed, undone, met)
        self._tell()

    async def undo(self, number: int) -> None:
        """Undo one fault; fine where it is undone."""
        async with self._turn:
            if (found := self._set.pop(number, None)) is not None:
                await asyncio.to_thread(found.undone.close)
                self._viewers.tell({"undone": str(found.placed)})
        self._tell()

    async def undo_of(self, viewer: Viewer | None) -> None:
        """Undo the faults of a page that closes; all for None."""
        for number, each in list(self._set.items()):
            if viewer in (None, each.viewer):
                await self.undo(number)

    async def count(self) -> None:
        """Tell what the faults meet, until cancelled."""
        while True:
            await asyncio.sleep(LOOKS_APART)
            if new := set(self._network.lost) - self._lost:
                # With its agent a host's faults have ended: another session cleared them, say.
                self._lost |= new
                await self.undo_of(None)
            before = {number: each.met for number, each in self._set.items()}
            for each in [each for each in self._set.values() if each.met is not None]:
                with contextlib.suppress(LabError):
                    each.met = await asyncio.to_thread(each.placed.met_so_far)
            if before != {number: each.met for number, each in self._set.items()}:
                self._tell()

    def _place(
        self, undone: ExitStack, fault: Fault, needed: Sequence[str], where: Mapping[str, Any]
    ) -> Placed:
        self._network.refresh()
        self._network.ensure(needed)
        return undone.enter_context(self._faults.fault(fault, **where))

    def _tell(self) -> None:
        told = [
            {"number": number, "says": each.placed.sentence, "met": each.met}
            for number, each in self._set.items()
        ]
        self._viewers.hold("faults", {"faults": told})
