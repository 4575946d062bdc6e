"""The network emulator of this host's kernel: at most one, for faults about the same packets.

What else is wanted meanwhile is the relay's, which each packet meets before it.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from typing import Any

from lab.hosts.agent import guards, tap
from lab.hosts.agent.faults import emulation

DEADLINE = 2.0
"""Seconds that packets which still wait may take to leave, before what holds them goes."""


class Emulator:
    """Sets impairments that netem does, and tells what they met."""

    def __init__(self, own: guards.Guards) -> None:
        self._guards = own
        self._group: dict[int, dict[str, Any]] = {}
        self._before: dict[int, tuple[int, int]] = {}
        self._about: tuple[Any, ...] = ()
        self._leaving: dict[str, int] = {}
        self._marking: list[list[str]] = []
        self._guard = 0

    @property
    def minds_entered(self) -> bool:
        """Whether it is at work on packets by the card that they came by."""
        return bool(self._group) and emulation.ENTERED in self._leaving.values()

    def why_not(self, description: Mapping[str, Any]) -> str:
        """Say why netem cannot do this now, whatever the kernel can; empty where it can."""
        if self._group and emulation.about(description) != self._about:
            return "netem is at work on other packets here"
        there = (each["kind"] for each in self._group.values())
        return emulation.cannot(description) or emulation.collides(description["kind"], there)

    def add(self, what: str, description: dict[str, Any]) -> int:
        """Have netem do this from now on; ``card`` in it is a hardware address. Raises OSError."""
        if not self._group:
            self._start(description)
        number = self._guards.add(what, end=lambda: self._end(number))
        self._before[number] = self._counts()
        self._group[number] = description
        try:
            if len(self._group) > 1:
                self._change()
        except OSError:
            self._guards.undo(number)
            raise
        return number

    def matched(self, number: int) -> int:
        """Return how many packets an impairment has been about so far."""
        return self._counts()[0] - self._before[number][0]

    def _start(self, description: dict[str, Any]) -> None:
        card, side = tap.named(description["card"]), description["side"]
        self._about = emulation.about(description)
        self._leaving = emulation.leaving(side, card, tap.interfaces())
        self._marking = emulation.marking(description, card)
        trees = [emulation.tree(name, mark, [description]) for name, mark in self._leaving.items()]
        rules = guards.rules("mangle", emulation.counting(self._leaving) + self._marking)
        self._guard = self._guards.add(f"netem of {os.getpid()}", *trees, rules)

    def _change(self) -> None:
        """Have netem do what the group is now, where that is not what it was set up with."""
        for name, mark in self._leaving.items():
            for command in emulation.change(name, mark, list(self._group.values())):
                guards.run(command)

    def _end(self, number: int) -> tuple[int, int | None]:
        """Take an impairment away; return how many packets it was about, and how many it met."""
        if len(self._group) == 1:
            self._drain()
        (before, lost_before), (now, lost) = self._before.pop(number), self._counts()
        gone = self._group.pop(number)
        if self._group:
            self._change()
        else:
            self._guards.undo(self._guard)
        matched = now - before
        if gone["kind"] == "loss":
            return matched, lost - lost_before
        return matched, matched if gone.get("share") is None else None

    def _drain(self) -> None:
        """Let nothing more in, and let what still waits leave: with netem it would be lost."""
        for command in guards.rules("mangle", self._marking)[1]:
            guards.quietly(command)
        give_up = time.monotonic() + DEADLINE
        while time.monotonic() < give_up and any(state(card)["qlen"] for card in self._leaving):
            time.sleep(0.001)

    def _counts(self) -> tuple[int, int]:
        """Return how many packets have gone to netem so far, and how many it has lost."""
        rules = {tuple(rule) for rule in emulation.counting(self._leaving)}
        counted = 0
        for tool in guards.TOOLS:
            for line in guards.run([tool, "-w", "-t", "mangle", "-vS", "POSTROUTING"]).splitlines():
                chain, _, counter = line.removeprefix("-A ").rpartition(" -c ")
                if (tool, *chain.split()) in rules:
                    counted += int(counter.split()[0])
        return counted, sum(state(card)["drops"] for card in self._leaving)


def state(card: str) -> dict[str, int]:
    """Return netem's own figures on a card: ``qlen`` packets that wait, ``drops`` it has lost."""
    told = json.loads(guards.run(["tc", "-s", "-j", "qdisc", "show", "dev", card]))
    for each in told:
        if each["kind"] == "netem":
            return {key: int(each[key]) for key in ("qlen", "drops")}
    raise OSError(f"{card} has no netem any more")
