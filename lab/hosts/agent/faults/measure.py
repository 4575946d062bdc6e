"""Whether a kind of impairment does what it says on this kernel, tried on the host's loopback.

Datagrams to this host itself go through a relay just as others do on their way through the host,
and no tap sees them.
"""

from __future__ import annotations

import os
import select
import socket
import time
from collections.abc import Callable
from typing import NamedTuple

from lab.hosts.agent import guards
from lab.hosts.agent.faults.impair import Rule
from lab.hosts.agent.faults.kernel_queue import KernelQueue

DEADLINE = 5.0
"""Seconds that a trial may take at most: it ends when the relay has let all go."""

TRIED = 6


class Arrived(NamedTuple):
    """A datagram that came: its number, whether it is whole, and when.

    ``after`` is seconds after it was sent, ``since`` seconds after the first one was.
    """

    number: int
    whole: bool
    after: float
    since: float


Tried = Callable[[socket.AddressFamily, dict[str, object]], list[Arrived]]
"""Sends ``TRIED`` numbered datagrams through a relay with one impairment; returns what came."""

TRIALS: dict[str, tuple[dict[str, object], Callable[[list[Arrived]], bool]]] = {
    "loss": (
        {"nth": [2, 5]},
        lambda came: [each.number for each in came] == [1, 3, 4, 6],
    ),
    "duplicate": (
        {"nth": [3]},
        lambda came: sorted(each.number for each in came) == [1, 2, 3, 3, 4, 5, 6],
    ),
    "corrupt": (
        {"nth": [4]},
        lambda came: [each.number for each in came if each.whole] == [1, 2, 3, 5, 6],
    ),
    "reorder": (
        {"nth": [2], "seconds": 0.01},
        lambda came: [each.number for each in came] == [1, 3, 4, 5, 6, 2],
    ),
    "delay": (
        {"seconds": 0.01},
        lambda came: len(came) == TRIED and min(each.after for each in came) >= 0.01,
    ),
    "rate": (
        {"bits_per_second": 200_000, "queue": 1 << 20},
        # Six packets of 60 bytes and more: the last one has to wait for the others.
        lambda came: len(came) == TRIED and came[-1].since >= TRIED * 60 * 8 / 200_000,
    ),
}
"""What is tried of each kind, and what must come of it."""


def effect_of(kind: str, tried: Tried | None = None) -> None:
    """Try a kind of impairment; raises OSError where its effect is not what it says.

    ``tried`` sends what is tried through a relay, by default through the loopback's.
    """
    description, is_so = TRIALS[kind]
    for family in (socket.AF_INET, socket.AF_INET6):
        came = (tried or _came)(family, {"kind": kind, **description})
        if not is_so(came):
            raise OSError(f"{kind} does not do what it says here: of {TRIED} came {said(came)}")


def said(came: list[Arrived]) -> str:
    """Describe what arrived, for an error that says what should have arrived."""
    each = (f"{one.number} after {one.after * 1000:.1f} ms" for one in came)
    return ", ".join(each) or "none"


def _came(family: socket.AddressFamily, description: dict[str, object]) -> list[Arrived]:
    """Send numbered datagrams through a relay with one impairment; return those that came."""
    tool = guards.TOOLS[family is socket.AF_INET6]
    with listener(family) as receiver:
        queue = 0x8000 | os.getpid() & 0x7FFF
        relay = KernelQueue(queue)
        relay.add(1, Rule(description))
        rule = [tool, *towards(receiver), "-j", "NFQUEUE", "--queue-num", str(queue)]
        (do,), (undo,) = guards.rules("mangle", [rule])
        try:
            guards.run(do)
            return exchange(family, receiver, lambda: relay.taken >= TRIED and not relay.holds)
        finally:
            guards.quietly(undo)
            relay.close()


def exchange(
    family: socket.AddressFamily,
    receiver: socket.socket,
    is_over: Callable[[], bool],
    *,
    count: int = TRIED,
    size: int = 32,
) -> list[Arrived]:
    """Send numbered datagrams to this host itself; return those that came until it is over."""
    sent: dict[int, float] = {}
    came: list[Arrived] = []
    with socket.socket(family, socket.SOCK_DGRAM) as sender:
        for number in range(1, count + 1):
            sent[number] = time.monotonic()
            sender.sendto(bytes([number]) * size, receiver.getsockname())
    give_up = time.monotonic() + DEADLINE
    receiver.settimeout(0.01)
    while time.monotonic() < give_up:
        no_more = not select.select([receiver], [], [], 0)[0] and is_over()
        try:
            data = receiver.recv(size + 1)
        except TimeoutError:
            if no_more:
                break
            continue
        now, number = time.monotonic(), data[0]
        whole = data == bytes([number]) * size
        came.append(Arrived(number, whole, now - sent.get(number, now), now - sent[1]))
    return came


def listener(family: socket.AddressFamily) -> socket.socket:
    """Return a socket that hears datagrams to this host from itself."""
    receiver = socket.socket(family, socket.SOCK_DGRAM)
    receiver.bind(("127.0.0.1" if family is socket.AF_INET else "::1", 0))
    return receiver


def towards(receiver: socket.socket) -> list[str]:
    """Return the words of iptables(8) for datagrams to a listener."""
    return ["OUTPUT", "-o", "lo", "-p", "udp", "--dport", str(receiver.getsockname()[1])]
