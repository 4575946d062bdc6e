"""Receive six datagrams, one with each call, and print what each call gave."""

import socket

with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as server:
    server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)  # hear IPv4 as well
    server.bind(("", 15005))
    for room in (1024, 1024, 1024, 1024, 10, 1024):
        # Like recvfrom(); its third result also tells whether the datagram was cut off.
        message, _, flags, _ = server.recvmsg(room)
        cut_off = ", cut off" if flags & socket.MSG_TRUNC else ""
        print(f"{len(message)} bytes{cut_off}: {message.decode()!r}")
