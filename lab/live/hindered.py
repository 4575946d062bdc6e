"""Faults by a button: each is set for one page, and undone when that page closes."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from lab.errors import LabError, UsageError
from lab.hosts.docker.compose.file import Plan, with_needs
from lab.hosts.running_lab import RunningLab
from lab.live.elsewhere import Elsewhere
from lab.live.viewers import Viewer, Viewers
from lab.runner.faults import Faults, Placed
from lab.scenario.fault import Delay, Fault, LinkDown, Loss, Partition, Rate

LOOKS_APART = 1.0
"""Seconds between two looks at what faults have met."""

USUAL = ("client", "remote")
"""Hosts that are brought up for a fault on a network between them, with its routers: only routers
lose."""

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


def needed(network: str, towards: str, known: Mapping[str, Plan]) -> list[str]:
    """Return the hosts that a fault on a network takes, towards a host or nobody (empty)."""
    usual = with_needs([each for each in USUAL if each in known], known)
    found = [towards] if towards in known else []
    if any(network in known[each].attached for each in usual):
        return [*(each for each in USUAL if each in known), *found]
    on_it = [name for name, plan in known.items() if network in plan.attached]
    routers = [name for name in on_it if len(known[name].attached) > 1]
    return [*routers, *[name for name in on_it if name not in routers][:1], *found]


class Hindered:
    """The faults in force. For one event loop."""

    def __init__(self, network: RunningLab, known: Mapping[str, Plan], viewers: Viewers) -> None:
        """``known`` are the hosts of ``compose.yaml``, also those that are down."""
        self._network = network
        self._known = known
        self._faults = Faults(network)
        self._viewers = viewers
        self._set: dict[int, Set] = {}
        self._turn = asyncio.Lock()
        self._last = 0
        self.elsewhere = Elsewhere()
        self._others: list[str] = []

    async def set(self, viewer: Viewer, wanted: dict[str, Any]) -> None:
        """Set a fault for a page; raises LabError where it cannot happen."""
        link = str(wanted.get("link"))
        host, is_own, network = link.partition(OWN)
        where: dict[str, Any]
        if is_own:
            fault, towards, away = own_link_fault(host, wanted)
            hosts = [host]
            where = {"on": network, "at": host, "towards": towards}
            where["away_from"] = host if away else None
        else:
            fault, towards = fault_of(wanted), str(wanted.get("towards") or "") or None
            hosts = needed(link, towards or "", self._known)
            where = {"on": link, "towards": towards}
        async with self._turn:
            undone = ExitStack()
            placed = await asyncio.to_thread(self._place, undone, fault, hosts, where)
            self._last += 1
            met = None if isinstance(fault, LinkDown) else 0
            self._set[self._last] = Set(viewer, placed, undone, met)
        viewer.tell(json.dumps({"set": placed.sentence}))
        self._tell()

    async def undo(self, number: int) -> None:
        """Undo one fault; fine where it is undone."""
        await self._undo({number: "Undone"})

    async def undo_of(self, viewer: Viewer | None) -> None:
        """Undo the faults of a page that closes; all for None, where the server ends."""
        found = [at for at, each in self._set.items() if viewer in (None, each.viewer)]
        reason = "its page was closed" if viewer else "the page's server ends"
        await self._undo(dict.fromkeys(found, f"Undone, since {reason}"))

    async def _undo(self, why: Mapping[int, str]) -> None:
        """Undo these faults, and tell why."""
        if not why:
            return
        said = []
        async with self._turn:
            for number, reason in why.items():
                if (found := self._set.pop(number, None)) is not None:
                    with contextlib.suppress(LabError, OSError):  # its host may be gone
                        await asyncio.to_thread(found.undone.close)
                    said.append(f"{reason}: {found.placed}")
        if said:
            self._viewers.tell({"said": said})
            self._tell()

    async def count(self) -> None:
        """Tell what the faults meet, until cancelled."""
        while True:
            await asyncio.sleep(LOOKS_APART)
            before = {number: each.met for number, each in self._set.items()}
            ended: dict[int, str] = {}
            for number, each in list(self._set.items()):
                if host := each.placed.ended_at:
                    ended[number] = await asyncio.to_thread(self._why_ended, host)
                elif each.met is not None:
                    try:
                        each.met = await asyncio.to_thread(each.placed.met_so_far)
                    except LabError:
                        continue  # the next look finds its host's agent gone
                    except OSError as error:  # what held it at a port was ended
                        ended[number] = f"Ended ({error})"
            await self._undo(ended)
            others = self._others
            if not self._turn.locked():
                others = self.elsewhere.look(each.placed.sentence for each in self._set.values())
            now = {number: each.met for number, each in self._set.items()}
            if (before, self._others) != (now, others):
                self._others = others
                self._tell()

    def _why_ended(self, host: str) -> str:
        """Say what became of a fault whose host's agent is gone, and with it the fault."""
        with contextlib.suppress(LabError, OSError):
            self._network.refresh()
        if host in self._network.up:
            return f"Ended ({host} goes down or was started anew, or another session cleared it)"
        return f"Ended, since {host} is down"

    def _place(
        self, undone: ExitStack, fault: Fault, hosts: Sequence[str], where: Mapping[str, Any]
    ) -> Placed:
        self._network.refresh()
        self._network.ensure(hosts)
        return undone.enter_context(self._faults.fault(fault, **where))

    def _tell(self) -> None:
        told = [
            {"number": number, "says": each.placed.sentence, "met": each.met}
            for number, each in self._set.items()
        ]
        self._viewers.hold("faults", {"faults": told, "others": self._others})
