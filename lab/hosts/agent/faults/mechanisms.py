"""What impairs packets on this host: netem, the relay or the forwarder, chosen and measured."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from typing import Any

from lab.hosts.agent import guards, tap
from lab.hosts.agent.faults import emulation, measure, measure_forwarder, measure_netem
from lab.hosts.agent.faults.forwarder import Forwarder
from lab.hosts.agent.faults.forwarding import OF_FAULTS
from lab.hosts.agent.faults.impair import Rule
from lab.hosts.agent.faults.kernel_queue import KernelQueue
from lab.hosts.agent.faults.netem import Emulator
from lab.hosts.agent.faults.relay import Relay

AT_WORK = ("relay of", "forwarder of", "netem of")
RELAYS = ("relay", "forwarder")
"""The mechanisms that are the lab's own, in the order in which they are chosen."""


class Mechanisms:
    """What impairs packets on this host, and the impairments that it does."""

    def __init__(self, own: guards.Guards) -> None:
        self._guards = own
        self._relay: Relay | None = None
        self._relay_by = ""
        self._relay_guard = 0
        self._emulator = Emulator(own)
        self._measured: set[str] = set()
        self._done_by: dict[int, str] = {}
        self._met: dict[int, Callable[[], int]] = {}

    def done_by(self, number: int) -> str:
        """Say which mechanism does an impairment, as ``mechanisms`` names it; empty of others."""
        return self._done_by.get(number, "")

    def met(self, number: int) -> int:
        """Return how many packets an impairment has met so far (with netem: may have met)."""
        return self._met[number]()

    def tried(self) -> dict[str, str]:
        """Try all mechanisms; return why each cannot be had here, empty where it can."""
        tried = {by: self._missing(by, "loss") for by in ("netem", "relay")}
        is_router = len(tap.interfaces()) > 1
        why_not = self._missing("forwarder", "loss") if is_router else "no router is up to try it"
        return {**tried, "forwarder": why_not}

    def impair(self, what: str, description: dict[str, Any], by: str | None = None) -> int:
        """Have packets on their way through this host impaired; return the guard's number.

        ``card`` in it is a hardware address here. Netem does it where it does what is meant and
        this kernel has it, and else the relay, or the forwarder; ``by`` names one of them instead.
        Raises OSError where the kernel cannot, or where what was measured is not so.
        """
        there = guards.in_force(own=False)
        if others := [each for each in there if each.startswith(AT_WORK)]:
            raise OSError(f"another session impairs packets here: {', '.join(others)}")
        by = by or self._chosen(description)
        if reason := self._why_not(by, description):
            raise OSError(reason)
        said = f"{what}, by {'' if by == 'netem' else 'the '}{by}"
        if by == "netem":
            number = self._emulator.add(said, description)
        else:
            number = self._by_relay(by, said, description)
        self._done_by[number] = by
        self._met.setdefault(number, lambda: self._emulator.matched(number))
        return number

    def _chosen(self, description: dict[str, Any]) -> str:
        """Return what does an impairment here; raises OSError where nothing can."""
        if not emulation.differs(description) and not self._why_not("netem", description):
            return "netem"
        reasons = []
        for by in RELAYS:
            if not (reason := self._why_not(by, description)):
                return by
            reasons.append(f"{by}: {reason}")
        raise OSError("; ".join(reasons))

    def _why_not(self, by: str, description: dict[str, Any]) -> str:
        """Say why this cannot do an impairment now; empty where it can."""
        if by == "netem":
            reason = self._emulator.why_not(description)
            if self._relay_by == "forwarder" and description["side"] != "leaves":
                reason = reason or "the forwarder hides from netem by which card a packet came"
        elif self._relay is not None:
            reason = "" if by == self._relay_by else f"the {self._relay_by} is at work here"
        elif by == "forwarder" and _translates():
            reason = "the forwarder cannot stand in a router that translates addresses"
        elif by == "forwarder" and self._emulator.minds_entered:
            reason = "netem is at work on packets by the card that they came by"
        else:
            reason = ""
        return reason or self._missing(by, str(description["kind"]))

    def _missing(self, by: str, kind: str) -> str:
        """Measure what a kind of impairment does here; return what is missing, empty where none."""
        tried = f"{by}: {kind}"
        if tried not in self._measured:
            try:
                match by:
                    case "netem":
                        measure_netem.effect_of(kind, self._guards)
                    case "forwarder":
                        measure_forwarder.effect_of(kind, self._guards)
                    case _:
                        measure.effect_of(kind)
            except OSError as error:
                return str(error).splitlines()[0]
            self._measured.add(tried)
        return ""

    def _by_relay(self, by: str, what: str, description: dict[str, Any]) -> int:
        about = dict(description)
        if about.get("card") is not None:
            about["card"] = socket.if_nametoindex(tap.named(about["card"]))
        relay = self._ready_relay(by)
        impairment = Rule(about)
        number = self._guards.add(what, end=lambda: self._end(relay, number))
        self._met[number] = lambda: impairment.met
        relay.add(number, impairment)
        return number

    def _ready_relay(self, by: str) -> Relay:
        if self._relay is None:
            what = f"{by} of {os.getpid()}"
            if by == "forwarder":
                self._relay = Forwarder(self._guards, tap.interfaces(), OF_FAULTS, what)
            else:
                self._relay = self._queue(what)
            self._relay_by = by
        return self._relay

    def _queue(self, what: str) -> Relay:
        number = os.getpid() & 0x7FFF
        relay = KernelQueue(number)
        take = ["FORWARD", "-j", "NFQUEUE", "--queue-num", str(number), "--queue-bypass"]
        changes = [guards.rules("mangle", [[tool, *take] for tool in guards.TOOLS])]
        if not _translates():
            # Of two packets of one new flow that wait side by side, connection tracking lets
            # only one through. A router that does not translate needs none.
            track = ["PREROUTING", "!", "-i", "lo", "-j", "CT", "--notrack"]
            changes.append(guards.rules("raw", [[tool, *track] for tool in guards.TOOLS]))
        try:
            self._relay_guard = self._guards.add(what, *changes)
        except OSError:
            relay.close()
            raise
        return relay

    def _end(self, relay: Relay, number: int) -> tuple[int, int]:
        counts = relay.remove(number)
        if relay.is_idle:
            self._relay, self._relay_by = None, ""
            self._guards.undo(self._relay_guard)
            relay.close()
        return counts


def _translates() -> bool:
    try:
        return "MASQUERADE" in guards.run(["iptables", "-w", "-t", "nat", "-S", "POSTROUTING"])
    except OSError:
        # A kernel without that table translates nothing.
        return False
