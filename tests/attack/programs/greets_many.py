"""An innocent server: it greets every client, until one says that it was the last."""

import socket

with socket.create_server(
    ("", 15000), family=socket.AF_INET6, dualstack_ipv6=True, backlog=1000
) as listener:
    said = b""
    while said != b"last":
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"hello")
            said = connection.recv(100)
