"""Greet every client that calls, one after the other, and go on serving."""

import socket
import sys

name = sys.argv[1].encode("ascii")

# One listener for IPv4 and IPv6; the address of an IPv4 client then begins with "::ffff:".
with socket.create_server(("", 9000), family=socket.AF_INET6, dualstack_ipv6=True) as s:
    while True:
        c, a = s.accept()
        with c:
            address = a[0].removeprefix("::ffff:")
            print(f"Received connection from {address} port {a[1]}")
            c.sendall(b"Hello %s from %s\n" % (address.encode("ascii"), name))
