"""Connect to two services from one and the same local port: one_port.py HOST WORD PORT PORT."""

import socket
import sys

host, word, *ports = sys.argv[1:]
own = ("", 0)  # port 0: any that is free
connections = []

for port in ports:
    family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    connection = socket.socket(family, kind)
    connection.settimeout(3)
    # Both sockets agree to share their local address; the kernel would refuse otherwise.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    connection.bind(own)
    connection.connect(address)
    own = connection.getsockname()
    connections.append(connection)

for connection in connections:
    with connection:
        print(connection.getsockname()[:2], "to", connection.getpeername()[:2])
        connection.sendall(word.encode())
        print(connection.recv(1024).decode())
