"""Whether netem does what it says on this kernel, tried on the host's loopback as for the relay.

Where chance decides, so many datagrams are sent that a netem which works is told from one that
does not: the bounds are six standard deviations wide.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

from lab.hosts.agent import guards
from lab.hosts.agent.faults import emulation, netem
from lab.hosts.agent.faults.measure import Arrived, exchange, listener, said, towards

TRIED = 64
SIZE = 400
SEVERAL = range(TRIED // 2 - 24, TRIED // 2 + 25)
"""How many of those tried are met by what meets half of them."""

ALL = list(range(1, TRIED + 1))

Came = list[Arrived]


def _numbers(came: Came) -> list[int]:
    return [each.number for each in came]


def _in_time(came: Came, least: float) -> bool:
    return _numbers(came) == ALL and min(each.after for each in came) >= least


RATE = {"bits_per_second": 2_000_000}
FRAME = SIZE + 20 + 8 + 14
"""Bytes at least of a datagram on a link: with UDP's header, IPv4's and the frame's."""

TRIALS: dict[str, tuple[dict[str, Any], Callable[[Came], bool]]] = {
    "loss": (
        {"share": 0.5},
        lambda came: len(came) in SEVERAL and _numbers(came) == sorted(set(_numbers(came))),
    ),
    "duplicate": (
        {"share": 0.5},
        lambda came: len(came) - TRIED in SEVERAL and sorted(set(_numbers(came))) == ALL,
    ),
    "corrupt": (
        # A bit in the frame's source address or in IPv6's hop limit harms nothing.
        {},
        lambda came: sum(each.whole for each in came) <= TRIED // 4,
    ),
    "reorder": (
        {"share": 0.5, "seconds": 0.01},
        lambda came: sorted(_numbers(came)) == ALL != _numbers(came),
    ),
    "delay": ({"seconds": 0.01}, lambda came: _in_time(came, 0.01)),
    "jitter": ({"seconds": 0.02, "jitter": 0.01}, lambda came: _in_time(came, 0.01)),
    "rate": (
        {**RATE, "queue": 1 << 20},
        lambda came: _in_time(came, 0.0) and came[-1].since >= TRIED * FRAME * 8 / 2_000_000,
    ),
    "queue": (
        # Two have room at first; while they leave, some more may come.
        {**RATE, "queue": 1000},
        lambda came: 2 <= len(came) < TRIED // 2,
    ),
}
"""What is tried of each kind, and what must come of it."""

FURTHER = {"delay": ("jitter",), "rate": ("queue",)}
"""What else of a kind is tried."""


def effect_of(kind: str, own: guards.Guards) -> None:
    """Try a kind of impairment; raises OSError where netem is missing or its effect is not so."""
    own.undo(_plain(own))
    for each in (kind, *FURTHER.get(kind, ())):
        description, is_so = TRIALS[each]
        for family in (socket.AF_INET, socket.AF_INET6):
            came = _came(family, {"kind": kind, **description}, own)
            if not is_so(came):
                raise OSError(f"netem's {each} is not so here: of {TRIED} came {said(came)}")


def _plain(own: guards.Guards) -> int:
    """Put the plainest netem there is on the loopback: without one, that is what is to be told."""
    do, undo = (["tc", "qdisc", verb, "dev", "lo", "root"] for verb in ("add", "del"))
    try:
        return own.add("a trial of netem", ([[*do, "netem"]], [undo]))
    except OSError as error:
        reason = str(error).rpartition("Error: ")[2]
        raise OSError(f"this kernel has no netem: {reason.splitlines()[0]}") from None


def _came(family: socket.AddressFamily, description: dict[str, Any], own: guards.Guards) -> Came:
    """Send numbered datagrams through a netem; return those that came."""
    tree = emulation.tree("lo", emulation.FORWARDED, [description])
    tool = guards.TOOLS[family is socket.AF_INET6]
    with listener(family) as receiver:
        mark = [tool, *towards(receiver), "-j", "MARK", "--or-mark", hex(emulation.FORWARDED)]
        number = own.add("a trial of netem", tree, guards.rules("mangle", [mark]))
        try:
            is_over = lambda: not netem.state("lo")["qlen"]  # noqa: E731
            return exchange(family, receiver, is_over, count=TRIED, size=SIZE)
        finally:
            own.undo(number)
