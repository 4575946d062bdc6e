"""Read one message from each of two connections: all that comes until the sender closes."""

import socket

with socket.create_server(("", 15082), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    for _ in range(2):
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as stream:
            print(f"the message is {stream.read().decode()!r}")
