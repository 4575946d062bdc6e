"""Send the server a datagram in the name of another host, by each IP version."""

import contextlib
import socket
import sys

from meet import meet

meet()
IP_FREEBIND, IPV6_FREEBIND = 15, 78  # linux/in.h, linux/in6.h
for level, option, family, mine, to in (
    (0, IP_FREEBIND, socket.AF_INET, sys.argv[2], sys.argv[3]),
    (41, IPV6_FREEBIND, socket.AF_INET6, sys.argv[4], sys.argv[5]),
):
    with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as wire:
        wire.setsockopt(level, option, 1)
        wire.bind((mine, 5353))
        wire.sendto(b"forged", (to, 15001))
with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as wire:
    wire.sendto(b"last", (sys.argv[5], 15001))
