"""Connect to two services from one and the same local port: one_port.py HOST WORD PORT PORT."""

import socket
import sys

IP_LOCAL_PORT_RANGE = 51  # Linux 6.3 and later, ip(7); Python has no name for it

host, word, *ports = sys.argv[1:]
connections = []

for port in ports:
    family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    connection = socket.socket(family, kind)
    connection.settimeout(3)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if connections:
        own = connections[0].getsockname()
        only = (own[1] << 16 | own[1]).to_bytes(4, sys.byteorder)  # the range's ends
        try:
            # For the second connection, the kernel has one port to choose from: the first one's.
            connection.setsockopt(socket.IPPROTO_IP, IP_LOCAL_PORT_RANGE, only)
        except OSError:
            # An older kernel. It gives the port to a second socket where both agree to share it.
            connection.bind(own)
    connection.connect(address)
    connections.append(connection)

for connection in connections:
    with connection:
        print(connection.getsockname()[:2], "to", connection.getpeername()[:2])
        connection.sendall(word.encode())
        print(connection.recv(1024).decode())
