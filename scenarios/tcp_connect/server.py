"""Wait for one client, hear what it says, answer twice, and say goodbye by closing."""

import socket
import sys

# One listener for IPv4 and IPv6; the address of an IPv4 client then begins with "::ffff:".
with socket.create_server(("", 15000), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    connection, address = listener.accept()

with connection:
    message = connection.recv(1024).decode()
    print(f"from {address[0].removeprefix('::ffff:')}: {message}")
    connection.sendall(f"{sys.argv[1]} greets {message}".encode())
    connection.sendall(b"Goodbye")
