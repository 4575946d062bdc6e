"""Hang up on a client in the middle of its message: close while bytes of it are still unread."""

import socket

with socket.create_server(("", 15011), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    connection, address = listener.accept()

with connection:
    print("heard", connection.recv(6).decode(), "and no more")
