"""An innocent server: it receives whatever comes, until the client closes."""

import socket

with socket.create_server(("", 15000), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    connection, _ = listener.accept()
    with connection:
        connection.sendall(b"hello")
        while connection.recv(1 << 20):
            pass
