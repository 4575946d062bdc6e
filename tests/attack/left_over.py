"""What of a command is left once it has ended: on this machine, on hosts, or as a fault."""

from __future__ import annotations

import time
from collections.abc import Mapping

from lab_clone import Clone

LOOK = "ps -u student -o args=; find /run/socketlab -mindepth 1 -not -name guards"
"""Lists programs of the student's user, and files of a run. What the lab notes of faults stays."""

PATIENCE = 60.0
"""Seconds within which processes on this machine and on hosts must have ended."""


def left(clone: Clone, hosts: Mapping[str, str]) -> str:
    """Say what is left after :data:`PATIENCE`, "" for nothing; ``hosts`` are ids by name."""
    give_up = time.monotonic() + PATIENCE
    while (found := _seen(clone, hosts)) and time.monotonic() < give_up:
        time.sleep(0.05)
    return found


def _seen(clone: Clone, hosts: Mapping[str, str]) -> str:
    if found := clone.processes():
        return f"on this machine {found[0]}"
    for host, identity in hosts.items():
        if found := clone.docker("exec", identity, "sh", "-c", LOOK).splitlines():
            return f"on {host} {len(found)} programs and files: {found[0]}"
    faults = [line for line in clone.lab("status").stdout.splitlines() if "fault in force" in line]
    return "; ".join(faults)
