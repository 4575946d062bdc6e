"""The faults of this host: impairments by netem or its relay, and what is done to its cards.

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
from lab.hosts.agent.faults import cards, emulation, measure, measure_netem, probe
from lab.hosts.agent.faults.impair import Rule
from lab.hosts.agent.faults.netem import Emulator
from lab.hosts.agent.faults.relay import Relay

ICMP_ERRORS = {
    "iptables": [["-p", "icmp", "--icmp-type", str(kind)] for kind in (3, 11, 12)],
    "ip6tables": [["-p", "ipv6-icmp", "--icmpv6-type", str(kind)] for kind in (1, 2, 3, 4)],
}
"""What each tool calls the errors of RFC 792 and RFC 4443; without other ICMPv6 no IPv6 goes on."""


class HostFaults:
    """The faults that this agent has set on its host."""

    def __init__(self, own: guards.Guards, spare: set[int]) -> None:
        """``spare`` are processes of the lab's own, which no fault is to hit."""
        self._guards = own
        self._spare = spare
        self._relay: Relay | None = None
        self._relay_guard = 0
        self._emulator = Emulator(own)
        self._measured: set[str] = set()
        self._done_by: dict[int, str] = {}
        self._met: dict[int, Callable[[], int]] = {}

    def done_by(self, number: int) -> str:
        """Say which mechanism does an impairment: ``netem`` or ``relay``; empty of other faults."""
        return self._done_by.get(number, "")

    def met(self, number: int) -> int:
        """Return how many packets an impairment has met so far (with netem: may have met)."""
        return self._met[number]()

    def mechanisms(self) -> dict[str, str]:
        """Try both mechanisms; return why each cannot be had here, empty where it can."""
        return {by: self._missing(by, "loss") for by in ("netem", "relay")}

    def impair(self, what: str, description: dict[str, Any], by: str | None = None) -> int:
        """Have packets on their way through this host impaired; return the guard's number.

        ``card`` in it is a hardware address here. Netem does it where it does what is meant and
        this kernel has it, and else the relay; ``by`` names one of them instead. Raises OSError
        where the kernel cannot, or where what was measured is not so.
        """
        there = guards.in_force(own=False)
        if others := [each for each in there if each.startswith(("relay of", "netem of"))]:
            raise OSError(f"another session impairs packets here: {', '.join(others)}")
        if by is None:
            by = "relay" if self._why_not_netem(description) else "netem"
        reason = (by == "netem" and self._emulator.why_not(description)) or self._missing(
            by, str(description["kind"])
        )
        if reason:
            raise OSError(reason)
        set_by = self._emulator.add if by == "netem" else self._by_relay
        number = set_by(f"{what}, by {'the ' if by == 'relay' else ''}{by}", description)
        self._done_by[number] = by
        self._met.setdefault(number, lambda: self._emulator.matched(number))
        return number

    def _why_not_netem(self, description: dict[str, Any]) -> str:
        return (
            emulation.differs(description)
            or self._emulator.why_not(description)
            or self._missing("netem", str(description["kind"]))
        )

    def _missing(self, by: str, kind: str) -> str:
        """Measure what a kind of impairment does here; return what is missing, empty where none."""
        tried = f"{by}: {kind}"
        if tried not in self._measured:
            try:
                if by == "netem":
                    measure_netem.effect_of(kind, self._guards)
                else:
                    measure.effect_of(kind)
            except OSError as error:
                return str(error).splitlines()[0]
            self._measured.add(tried)
        return ""

    def _by_relay(self, what: str, description: dict[str, Any]) -> int:
        about = dict(description)
        if about.get("card") is not None:
            about["card"] = socket.if_nametoindex(tap.named(about["card"]))
        relay = self._ready_relay()
        impairment = Rule(about)
        number = self._guards.add(what, end=lambda: self._end(relay, number))
        self._met[number] = lambda: impairment.met
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

    def _ready_relay(self) -> Relay:
        if self._relay is None:
            queue = os.getpid() & 0x7FFF
            relay = Relay(queue)
            take = ["FORWARD", "-j", "NFQUEUE", "--queue-num", str(queue), "--queue-bypass"]
            changes = [guards.rules("mangle", [[tool, *take] for tool in guards.TOOLS])]
            if not _translates():
                # Of two packets of one new flow that wait side by side, connection tracking lets
                # only one through. A router that does not translate needs none.
                track = ["PREROUTING", "!", "-i", "lo", "-j", "CT", "--notrack"]
                changes.append(guards.rules("raw", [[tool, *track] for tool in guards.TOOLS]))
            try:
                self._relay_guard = self._guards.add(f"relay of {os.getpid()}", *changes)
            except OSError:
                relay.close()
                raise
            self._relay = relay
        return self._relay

    def _end(self, relay: Relay, number: int) -> tuple[int, int]:
        counts = relay.remove(number)
        if relay.is_idle:
            self._relay = None
            self._guards.undo(self._relay_guard)
            relay.close()
        return counts


def _translates() -> bool:
    return "MASQUERADE" in guards.run(["iptables", "-w", "-t", "nat", "-S", "POSTROUTING"])


def _matching(tool: str, protocol: str, port: int | None) -> list[str]:
    name = "ipv6-icmp" if (protocol, tool) == ("icmp", "ip6tables") else protocol
    return ["-p", name, *(["--dport", str(port)] if port is not None else [])]
