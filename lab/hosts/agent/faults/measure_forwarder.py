"""Whether a relay that forwards by itself does what it says, tried on a cable within this host.

Datagrams from the cable's far end go through this host and back to where they came from, just as
others go on their way, and no tap sees them.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable

from lab.hosts.agent import guards, tap
from lab.hosts.agent.faults import measure, probe
from lab.hosts.agent.faults.forwarder import Forwarder
from lab.hosts.agent.faults.forwarding import OF_TRIALS
from lab.hosts.agent.faults.impair import Rule
from lab.hosts.agent.faults.measure import DEADLINE, TRIED, Arrived

SIZE = 32
WHAT = "a trial of the forwarder"


def effect_of(kind: str, own: guards.Guards) -> None:
    """Try a kind of impairment; raises OSError where its effect is not what it says."""
    with probe.cable(own, WHAT) as end:

        def tried(family: socket.AddressFamily, description: dict[str, object]) -> list[Arrived]:
            version = 4 if family is socket.AF_INET else 6
            if not probe.opens(end, version):
                raise OSError(f"this host forwards no IPv{version}")
            forwarder = Forwarder(own, [probe.ENDS[1]], OF_TRIALS, f"{WHAT} of {os.getpid()}")
            try:
                # Others may still come, as the frames that showed the way to be open.
                rule = Rule({**description, "protocol": "udp"})
                forwarder.add(1, rule)
                return _exchange(
                    end, version, lambda: rule.matched >= TRIED and not forwarder.holds
                )
            finally:
                forwarder.close()

        measure.effect_of(kind, tried)


def _exchange(end: socket.socket, version: int, is_passed_on: Callable[[], bool]) -> list[Arrived]:
    """Send numbered datagrams; return those that came back until all are passed on."""
    udp = probe.PROTOCOLS[version]["udp"]
    head = probe.head(version)
    sent: dict[int, float] = {}
    for number in range(1, TRIED + 1):
        data = bytes([number]) * SIZE
        sent[number] = time.monotonic()
        end.send(head + probe.packet(version, udp, probe.DISCARD, data=data))
    came: list[Arrived] = []
    was_over = False
    give_up = time.monotonic() + DEADLINE
    end.settimeout(0.01)
    while time.monotonic() < give_up:
        is_over = is_passed_on()
        try:
            frame, (_, ethertype, direction, *_) = end.recvfrom(2048)
        except TimeoutError:
            if is_over and was_over:
                break
            was_over = is_over
            continue
        protocol = frame[14 + (9 if version == 4 else 6)] if len(frame) > 14 + SIZE else None
        is_sent = direction == tap.PACKET_OUTGOING
        if is_sent or ethertype != probe.ETHERTYPES[version] or protocol != udp:
            continue
        now, data = time.monotonic(), frame[-SIZE:]
        number = data[0]
        whole = data == bytes([number]) * SIZE
        came.append(Arrived(number, whole, now - sent.get(number, now), now - sent[1]))
    return came
