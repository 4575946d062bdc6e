"""Ask other hosts whether packets arrive there and come back: ICMP Echo (RFC 792, RFC 4443)."""

from __future__ import annotations

import contextlib
import select
import socket
import time
from collections.abc import Iterable

AGAIN = 0.2
"""Seconds after which a request is sent again: one packet may be lost on purpose."""

REQUESTS = {4: (socket.AF_INET, socket.IPPROTO_ICMP, 8), 6: (socket.AF_INET6, 58, 128)}
"""For each IP version: the family, ICMP's number (1, 58), and the type of an Echo Request."""


def unanswered(addresses: Iterable[str], deadline: float) -> list[str]:
    """Return the addresses from which no Echo Reply came within ``deadline`` seconds.

    Uses the kernel's ping sockets (icmp(7)): they fill in identifier and checksum, and take the
    replies to their own requests only.
    """
    waiting = list(dict.fromkeys(addresses))
    give_up = time.monotonic() + deadline
    with contextlib.ExitStack() as at_end:
        opened = {}
        for version, (family, protocol, _) in REQUESTS.items():
            if any(_version(address) == version for address in waiting):
                one = at_end.enter_context(socket.socket(family, socket.SOCK_DGRAM, protocol))
                one.setblocking(False)
                opened[version] = one
        while waiting and time.monotonic() < give_up:
            for address in waiting:
                version = _version(address)
                request = bytes([REQUESTS[version][2], 0, 0, 0, 0, 0, 0, 1])
                with contextlib.suppress(OSError):  # no route: nothing will come back
                    opened[version].sendto(request, (address, 0))
            _hear(list(opened.values()), waiting, min(give_up, time.monotonic() + AGAIN))
    return waiting


def _hear(opened: list[socket.socket], waiting: list[str], until: float) -> None:
    """Take the addresses that answer away from those that wait, as long as there are any."""
    while waiting and (left := until - time.monotonic()) > 0:
        for one in select.select(opened, [], [], left)[0]:
            with contextlib.suppress(OSError):  # an ICMP error is read as one
                _, (address, *_) = one.recvfrom(2048)
                if address in waiting:
                    waiting.remove(address)


def _version(address: str) -> int:
    return 6 if ":" in address else 4
