"""Hold the server's side of connections: server.py PORT FULL_PORT."""

import socket
import sys

port, full_port = map(int, sys.argv[1:])
any_version = {"family": socket.AF_INET6, "dualstack_ipv6": True}
kept = []

# This one lets a single connection wait, and never accepts any.
full = socket.create_server(("", full_port), backlog=0, **any_version)

with socket.create_server(("", port), **any_version) as listener:
    while True:
        connection, _ = listener.accept()
        if connection.recv(1024) == b"goodbye":
            connection.recv(1)  # returns when the client has closed
            connection.close()
        else:
            kept.append(connection)
