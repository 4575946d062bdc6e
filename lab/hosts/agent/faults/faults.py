"""The faults of this host: impairments by netem or a relay, and what is done to its cards.

Sent to a host only where a fault is wanted there. Each mechanism is measured on this very kernel
before the first fault of its kind is set.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable

from lab.hosts.agent import descendants, guards, tap
from lab.hosts.agent.faults import cards, probe
from lab.hosts.agent.faults.mechanisms import Mechanisms

ICMP_ERRORS = {
    "iptables": [["-p", "icmp", "--icmp-type", str(kind)] for kind in (3, 11, 12)],
    "ip6tables": [["-p", "ipv6-icmp", "--icmpv6-type", str(kind)] for kind in (1, 2, 3, 4)],
}
"""What each tool calls the errors of RFC 792 and RFC 4443; without other ICMPv6 no IPv6 goes on."""

AT_PORT = ", at its port"
"""How the note of a fault ends that is at this host's port."""


class HostFaults:
    """The faults that this agent has set on its host."""

    def __init__(self, own: guards.Guards, spare: set[int]) -> None:
        """``spare`` are processes of the lab's own, which no fault is to hit."""
        self._guards = own
        self._spare = spare
        self._mechanisms = Mechanisms(own)
        self.impair = self._mechanisms.impair
        self.done_by = self._mechanisms.done_by
        self.mechanisms = self._mechanisms.tried
        self.met = self._mechanisms.met

    def narrow(self, what: str, card: str, size: int) -> int:
        """Have a card carry packets of ``size`` bytes at most."""
        name = tap.named(card)
        return self._tried(what, cards.mtu(name, size), trial=lambda: probe.narrow(name, size))

    def take_down(self, what: str, card: str) -> int:
        """Take a card's link away."""
        name = tap.named(card)
        if cards.is_down(name):
            raise OSError("undo the one that is there first (lab fault --clear): its link is down")
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

    def at_port(self, what: str) -> int:
        """Note a fault that is at this host's port, outside it, for who looks and who clears.

        Raises OSError where there is one: a port has room for one.
        """
        if others := [each for each in guards.in_force() if each.endswith(AT_PORT)]:
            raise OSError(
                f"undo the one that is there first (lab fault --clear): {', '.join(others)}"
            )
        return self._guards.add(what + AT_PORT)

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

        up = [name for name in tap.interfaces() if not cards.is_down(name)]
        return self._tried(what, *map(cards.down, up), trial=forget)

    def _tried(self, what: str, *changes: guards.Change, trial: Callable[[], None]) -> int:
        """Set a guard, and undo it at once where the trial of its effect raises OSError."""
        number = self._guards.add(what, *changes)
        try:
            trial()
        except OSError:
            self._guards.undo(number)
            raise
        return number


def _matching(tool: str, protocol: str, port: int | None) -> list[str]:
    name = "ipv6-icmp" if (protocol, tool) == ("icmp", "ip6tables") else protocol
    return ["-p", name, *(["--dport", str(port)] if port is not None else [])]
