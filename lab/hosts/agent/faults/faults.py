"""The faults of this host: impairments by netem or a relay, and what is done to its cards.

Sent to a host only where a fault is wanted there. Each mechanism is measured on this very kernel
before the first fault of its kind is set.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
from collections.abc import Callable
from typing import Any

from lab.hosts.agent import descendants, guards, tap
from lab.hosts.agent.faults import (
    cards,
    emulation,
    measure,
    measure_forwarder,
    measure_netem,
    probe,
)
from lab.hosts.agent.faults.forwarder import Forwarder
from lab.hosts.agent.faults.forwarding import OF_FAULTS
from lab.hosts.agent.faults.impair import Rule
from lab.hosts.agent.faults.kernel_queue import KernelQueue
from lab.hosts.agent.faults.netem import Emulator
from lab.hosts.agent.faults.relay import Relay

ICMP_ERRORS = {
    "iptables": [["-p", "icmp", "--icmp-type", str(kind)] for kind in (3, 11, 12)],
    "ip6tables": [["-p", "ipv6-icmp", "--icmpv6-type", str(kind)] for kind in (1, 2, 3, 4)],
}
"""What each tool calls the errors of RFC 792 and RFC 4443; without other ICMPv6 no IPv6 goes on."""


AT_WORK = ("relay of", "forwarder of", "netem of")
RELAYS = ("relay", "forwarder")
"""The mechanisms that are the lab's own, in the order in which they are chosen."""


class HostFaults:
    """The faults that this agent has set on its host."""

    def __init__(self, own: guards.Guards, spare: set[int]) -> None:
        """``spare`` are processes of the lab's own, which no fault is to hit."""
        self._guards = own
        self._spare = spare
        self._relay: Relay | None = None
        self._relay_by = ""
        self._relay_guard = 0
        self._emulator = Emulator(own)
        self._measured: set[str] = set()
        self._done_by: dict[int, str] = {}

    def done_by(self, number: int) -> str:
        """Say which mechanism does an impairment, as ``mechanisms`` names it; empty of others."""
        return self._done_by.get(number, "")

    def mechanisms(self) -> dict[str, str]:
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
        relay.add(number, impairment)
        return number

    def narrow(self, what: str, card: str, size: int) -> int:
        """Have a card carry packets of ``size`` bytes at most."""
        name = tap.named(card)
        return self._tried(what, cards.mtu(name, size), trial=lambda: probe.narrow(name, size))

    def take_down(self, what: str, card: str) -> int:
        """Take a card's link away."""
        name = tap.named(card)
        return self._tried(what, cards.down(name), trial=lambda: probe.down(name))

    def refuse(self, what: str, protocol: str, port: int | None, polite: bool) -> int:
        """Have a firewall refuse what is on its way through, or drop it where it is not polite.

        Of ICMP a silent one also drops the errors that this host itself would send.
        """
        target = ["-j", "REJECT" if polite else "DROP"]
        rules = []
        for tool in guards.TOOLS:
            rules.append([tool, "FORWARD", *_matching(tool, protocol, port), *target])
            if protocol == "icmp" and not polite:
                rules += [[tool, "OUTPUT", *error, *target] for error in ICMP_ERRORS[tool]]
        return self._tried(
            what,
            guards.rules("filter", rules),
            trial=lambda: probe.refused(self._guards, protocol, port, polite),
        )

    def pause(self, what: str) -> int:
        """Stop all programs here where they stand (SIGSTOP), until it is undone."""
        stopped = descendants.everybody() - self._spare

        def send(number: signal.Signals) -> None:
            for pid in stopped:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)

        number = self._guards.add(what, end=lambda: send(signal.SIGCONT))
        send(signal.SIGSTOP)
        return number

    def cut_power(self, what: str) -> int:
        """Take all links away, then end all programs, then have the kernel forget connections."""

        def forget() -> None:
            descendants.end_all(spare=self._spare)
            if left := cards.destroy_sockets():
                raise OSError(f"this kernel cannot forget connections: {left} are left")
            for name in tap.interfaces():
                probe.down(name)

        return self._tried(what, *map(cards.down, tap.interfaces()), trial=forget)

    def _tried(self, what: str, *changes: guards.Change, trial: Callable[[], None]) -> int:
        """Set a guard, and undo it at once where the trial of its effect raises OSError."""
        number = self._guards.add(what, *changes)
        try:
            trial()
        except OSError:
            self._guards.undo(number)
            raise
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


def _matching(tool: str, protocol: str, port: int | None) -> list[str]:
    name = "ipv6-icmp" if (protocol, tool) == ("icmp", "ip6tables") else protocol
    return ["-p", name, *(["--dport", str(port)] if port is not None else [])]
