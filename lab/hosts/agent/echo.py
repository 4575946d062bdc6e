"""Ask another host whether packets arrive there and come back: ICMP Echo (RFC 792, RFC 4443)."""

from __future__ import annotations

import contextlib
import select
import socket
import time

AGAIN = 0.2
"""Seconds after which a request is sent again: one packet may be lost on purpose."""

ICMP, ICMPV6 = (socket.AF_INET, 1, 8), (socket.AF_INET6, 58, 128)
"""For each IP version: the family, ICMP's number, and the type of an Echo Request."""


def is_answered(address: str, deadline: float) -> bool:
    """Return whether an Echo Reply came from an address within ``deadline`` seconds.

    Uses the kernel's ping socket (icmp(7)): it fills in identifier and checksum, and takes the
    replies to its own requests only.
    """
    family, protocol, kind = ICMPV6 if ":" in address else ICMP
    give_up = time.monotonic() + deadline
    with socket.socket(family, socket.SOCK_DGRAM, protocol) as ping:
        ping.setblocking(False)
        while time.monotonic() < give_up:
            with contextlib.suppress(OSError):  # no route: nothing will come back
                ping.sendto(bytes([kind, 0, 0, 0, 0, 0, 0, 1]), (address, 0))
            if _hears(ping, address, min(give_up, time.monotonic() + AGAIN)):
                return True
    return False


def _hears(ping: socket.socket, address: str, until: float) -> bool:
    while (left := until - time.monotonic()) > 0:
        if select.select([ping], [], [], left)[0]:
            with contextlib.suppress(OSError):  # an ICMP error is read as one
                if ping.recvfrom(2048)[1][0] == address:
                    return True
    return False
