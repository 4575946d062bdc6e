"""Greet clients by name, one at a time: whoever comes meanwhile waits in line."""

import contextlib
import socket
import sys

with socket.create_server(("", 15030), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    while True:
        connection, address = listener.accept()
        with connection, contextlib.suppress(ConnectionError):  # it hung up
            connection.sendall(b"Who are you?\n")
            name = connection.recv(1024)
            print(f"greeted {name.decode()}", end="")
            connection.sendall(sys.argv[1].encode() + b" greets " + name)
