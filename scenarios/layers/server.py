"""Answer a greeting with another."""

import socket
import sys

with socket.create_server(("", 15000), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    connection, (address, *_) = listener.accept()

with connection:
    greeting = connection.recv(1024).decode()
    print(f"from {address.removeprefix('::ffff:')}: {greeting}")
    connection.sendall(f"{sys.argv[1]} heard {greeting}".encode())
